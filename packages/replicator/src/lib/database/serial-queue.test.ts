import assert from 'node:assert/strict'
import { test } from 'vitest'
import { SerialQueue } from './serial-queue.ts'

test('SerialQueue: jobs given at once → run one after another, in order', async () => {
  const queue = new SerialQueue()
  const seen: string[] = []
  const job = (name: string, turns: number) => async () => {
    seen.push(`${name} begins`)
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    seen.push(`${name} ends`)
  }
  await Promise.all([queue.run(job('a', 5)), queue.run(job('b', 1))])
  assert.deepEqual(seen, ['a begins', 'a ends', 'b begins', 'b ends'])
  assert.equal(queue.length, 0)
})

test('SerialQueue: a job that fails → its caller gets the error, the next job runs', async () => {
  const queue = new SerialQueue()
  const failing = queue.run(() => Promise.reject(new Error('no')))
  const next = queue.run(() => 7)
  await assert.rejects(failing, /no/)
  assert.equal(await next, 7)
})
