import assert from 'node:assert/strict'
import { test } from 'vitest'
import { RunningCalls } from './running-calls.ts'

test('RunningCalls: one ends well, one badly → waits for both, and each tells its own end', async () => {
  const calls = new RunningCalls()
  const [well, badly] = [Promise.withResolvers<number>(), Promise.withResolvers<number>()]
  const told = Promise.allSettled([calls.track(well.promise), calls.track(badly.promise)])
  let isSettled = false
  const settled = calls.settled().then(() => (isSettled = true))
  well.resolve(1)
  await calls.track(Promise.resolve())
  assert.equal(isSettled, false)
  badly.reject(new Error('no'))
  await settled
  assert.deepEqual(
    (await told).map(({ status }) => status),
    ['fulfilled', 'rejected'],
  )
})

test('RunningCalls: one that never ends → waited for only so long', async () => {
  const calls = new RunningCalls()
  let isOver = false
  void calls.track(new Promise(() => {})).then(() => (isOver = true))
  await calls.settled(5)
  assert.equal(isOver, false)
})
