import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { afterEach, test, vi } from 'vitest'
import { nodeClock } from './node-clock.ts'

afterEach(() => void vi.useRealTimers())

test('nodeClock: asked twice → wall clock of the system, elapsed time that does not go back', () => {
  assert.ok(Math.abs(nodeClock.wallMs() - Date.now()) < 10_000)
  const before = nodeClock.elapsedMs()
  assert.ok(nodeClock.elapsedMs() >= before)
})

test('nodeClock, sleep: really → at least as long, as the timer counts', async () => {
  const before = nodeClock.elapsedMs()
  await nodeClock.sleep(20)
  assert.ok(nodeClock.elapsedMs() - before >= 18) // timers count whole milliseconds
})

test('nodeClock, sleep: aborted before, during → the reason itself, no timer left', async () => {
  vi.useFakeTimers()
  const reason = new Error('stop')
  await assert.rejects(
    nodeClock.sleep(1000, { signal: AbortSignal.abort(reason) }),
    (error) => error === reason,
  )
  const controller = new AbortController()
  const sleep = nodeClock.sleep(1000, { signal: controller.signal })
  controller.abort(reason)
  await assert.rejects(sleep, (error) => error === reason)
  assert.equal(vi.getTimerCount(), 0)
})

test('nodeClock, sleep: done → no listener left on the signal', async () => {
  const { signal } = new AbortController()
  await nodeClock.sleep(0, { signal })
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('nodeClock, sleep: longer than a timer of Node can be → as long as asked, not at once', async () => {
  vi.useFakeTimers()
  const days60Ms = 60 * 24 * 60 * 60 * 1000
  let awake = false
  const sleep = nodeClock.sleep(days60Ms).then(() => (awake = true))
  await vi.advanceTimersByTimeAsync(days60Ms - 1)
  assert.equal(awake, false)
  await vi.advanceTimersByTimeAsync(1)
  await sleep
  assert.equal(awake, true)
})
