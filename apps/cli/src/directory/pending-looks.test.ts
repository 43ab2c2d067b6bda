import assert from 'node:assert/strict'
import { test } from 'vitest'
import { PendingLooks } from './pending-looks.ts'

type Look = readonly [directory: string, names: readonly string[] | null]

function pendingLooks(pauseMs: number): { looks: Look[]; pending: PendingLooks } {
  const looks: Look[] = []
  const pending = new PendingLooks({
    pauseMs,
    look: async (directory, names) => {
      looks.push([directory, names === null ? null : [...names]])
      if (names?.has('new') === true) pending.add(`${directory}/new`, null, true)
    },
    onCalm: () => {},
  })
  return { looks, pending }
}

test('PendingLooks: many events → one look for each directory, each name once', async () => {
  const { looks, pending } = pendingLooks(60_000)
  for (const name of ['x', 'y', 'x']) pending.add('/a', name)
  pending.add('/b', 'x')
  pending.add('/b', null)
  pending.add('/b', 'y')
  await pending.run()
  assert.deepEqual(looks, [
    ['/a', ['x', 'y']],
    ['/b', null],
  ])
  await pending.close()
})

test('PendingLooks: something urgent comes up → looked at before the run is over', async () => {
  const { looks, pending } = pendingLooks(60_000)
  pending.add('/a', 'new')
  await pending.run()
  assert.deepEqual(looks, [
    ['/a', ['new']],
    ['/a/new', null],
  ])
  await pending.close()
})

test('PendingLooks: an event alone → looked at after the pause; closed → never', async () => {
  const { looks, pending } = pendingLooks(1)
  pending.add('/a', 'x')
  while (looks.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  await pending.close()
  pending.add('/a', 'y')
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.deepEqual(looks, [['/a', ['x']]])
})
