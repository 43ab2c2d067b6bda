import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { test } from 'vitest'
import { inTurns } from './in-turns.ts'

test('inTurns: more items than may be done at once → all, never more than that at a time', async () => {
  const done: number[] = []
  let [now, most] = [0, 0]
  await inTurns(3, [1, 2, 3, 4, 5, 6, 7], async (item) => {
    most = Math.max(most, ++now)
    await setImmediate()
    now--
    done.push(item)
  })
  assert.deepEqual([done, most], [[1, 2, 3, 4, 5, 6, 7], 3])
})

test('inTurns: one fails → its error; none at all → nothing is done', async () => {
  const failing = inTurns(2, [1, 2, 3], (item) => Promise.reject(new Error(`item ${item}`)))
  await assert.rejects(failing, /item 1/)
  await inTurns(2, [], () => assert.fail('called'))
})
