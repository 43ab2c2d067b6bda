import assert from 'node:assert/strict'
import { test } from 'vitest'
import { JobQueue } from './job-queue.ts'

test('JobQueue: more jobs than may run at once → never more, all of them, in order', async () => {
  const queue = new JobQueue(3, () => {})
  const began: number[] = []
  let [running, most] = [0, 0]
  for (let index = 0; index < 20; index++) {
    queue.add(String(index), async () => {
      began.push(index)
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 1))
      running--
    })
  }
  await queue.whenIdle()
  assert.equal(most, 3)
  assert.deepEqual(
    began,
    Array.from({ length: 20 }, (_, index) => index),
  )
})

test('JobQueue: cleared → what runs ends, the rest never begins', async () => {
  const queue = new JobQueue(1, () => {})
  const done: number[] = []
  for (const index of [1, 2, 3]) queue.add(String(index), async () => void done.push(index))
  queue.clear()
  await queue.whenIdle()
  assert.deepEqual(done, [1])
  await queue.whenIdle()
})

test('JobQueue: a key whose job waits or runs → not a second one, but a word at the end of the first', async () => {
  const missed: string[] = []
  const queue = new JobQueue(1, (key) => missed.push(key))
  let count = 0
  const act = async (): Promise<void> => void count++
  for (const key of ['a', 'b', 'a', 'a']) queue.add(key, act)
  await queue.whenIdle()
  assert.equal(count, 2)
  assert.deepEqual(missed, ['a'])
  queue.add('a', act)
  await queue.whenIdle()
  assert.equal(count, 3)
  assert.deepEqual(missed, ['a'])
})
