import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testIo } from '../../test/test-io.ts'
import { interruptible } from './interruptible.ts'

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

test('interruptible: no signal → the result; signals are the system’s again', async () => {
  const { io, signal } = testIo()
  assert.deepEqual(await interruptible(io, () => Promise.resolve(7)), { kind: 'done', result: 7 })
  assert.equal(signal('SIGINT'), false)
})

test('interruptible: a signal → aborted, and which one it was', async () => {
  const { io, signal } = testIo()
  const outcome = interruptible(io, untilAborted)
  signal('SIGTERM')
  assert.deepEqual(await outcome, { kind: 'interrupted', signal: 'SIGTERM' })
})

test('interruptible: a signal, but it finishes all the same → done', async () => {
  const { io, signal } = testIo()
  const { promise, resolve } = Promise.withResolvers<number>()
  const outcome = interruptible(io, () => promise)
  signal('SIGINT')
  resolve(7)
  assert.deepEqual(await outcome, { kind: 'done', result: 7 })
})

test('interruptible: it fails for another reason → that error', async () => {
  const { io, signal } = testIo()
  const { promise, reject } = Promise.withResolvers<number>()
  const outcome = interruptible(io, () => promise)
  signal('SIGINT')
  reject(new Error('disk full'))
  await assert.rejects(outcome, /disk full/)
})

test('interruptible: a second signal → ends at once', async () => {
  const { io, signal, ended } = testIo()
  const outcome = interruptible(io, untilAborted)
  signal('SIGINT')
  signal('SIGINT')
  await outcome
  assert.deepEqual(ended, [130])
})
