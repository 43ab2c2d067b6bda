import assert from 'node:assert/strict'
import { test } from 'vitest'
import { Chores } from './chores.ts'

test('Chores: ended → the one under way is told and waited for, those behind it and later ones do not begin', async () => {
  const chores = new Chores()
  const told: string[] = []
  const chore = (name: string): Promise<void> =>
    chores.run({}, async ({ signal }) => {
      told.push(`${name} begins`)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      told.push(`${name} ends`)
      signal.throwIfAborted()
    })
  const chored = Promise.allSettled([chore('first'), chore('second')])
  await Promise.resolve()
  await Promise.resolve()
  const over = new Error('over')
  chores.end(over)
  await chores.settled()
  assert.deepEqual(told, ['first begins', 'first ends'])
  for (const end of await chored) assert.equal(end.status === 'rejected' && end.reason, over)
  await assert.rejects(chore('third'), over)
})

test("Chores: the caller's signal → ends its own alone", async () => {
  const chores = new Chores()
  const reason = new Error('no time')
  await assert.rejects(
    chores.run({ signal: AbortSignal.abort(reason) }, () => Promise.resolve()),
    reason,
  )
  assert.equal(await chores.run({}, () => Promise.resolve(1)), 1)
})
