import assert from 'node:assert/strict'
import { getEventListeners, once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterEach, test, vi } from 'vitest'
import { nodeClock } from './node-clock.ts'

afterEach(() => void vi.useRealTimers())

test('nodeClock: asked twice → wall clock of the system, elapsed time that does not go back', () => {
  assert.ok(Math.abs(nodeClock.wallMs() - Date.now()) < 10_000)
  const before = nodeClock.elapsedMs()
  assert.ok(nodeClock.elapsedMs() >= before)
})

test('nodeClock, elapsedMs: in another thread → the same clock', async () => {
  const before = nodeClock.elapsedMs()
  const url = new URL('node-clock.ts', import.meta.url).href
  const program = `import('node:worker_threads').then(async ({ parentPort }) => {
    const { nodeClock } = await import('${url}')
    parentPort.postMessage(nodeClock.elapsedMs())
  })`
  const thread = new Worker(program, { eval: true })
  const [there] = (await once(thread, 'message')) as [number]
  await thread.terminate()
  assert.ok(before <= there && there <= nodeClock.elapsedMs(), `${before}, ${there}`)
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
