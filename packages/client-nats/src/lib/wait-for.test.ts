import assert from 'node:assert/strict'
import { test } from 'vitest'
import { NatsTransferError } from './errors.ts'
import { waitFor, withinMs } from './wait-for.ts'

const never = new Promise<never>(() => undefined)

test('waitFor: done before the signal → the result, and nothing is left on the signal', async () => {
  const controller = new AbortController()
  assert.equal(await waitFor(Promise.resolve(7), controller.signal), 7)
  assert.equal(await waitFor(Promise.resolve(8), undefined), 8)
})

test('waitFor: the signal fires first → its reason itself', async () => {
  const controller = new AbortController()
  const waiting = waitFor(never, controller.signal)
  const reason = { why: 'enough' }
  controller.abort(reason)
  await assert.rejects(waiting, (error) => error === reason)
  await assert.rejects(waitFor(never, controller.signal), (error) => error === reason)
})

test('waitFor: a failure after the abort → nobody is bothered', async () => {
  const controller = new AbortController()
  const { promise, reject } = Promise.withResolvers<never>()
  const waiting = waitFor(promise, controller.signal)
  controller.abort(new Error('enough'))
  await assert.rejects(waiting, /enough/)
  reject(new Error('late'))
  await new Promise((resolve) => setImmediate(resolve))
})

test('withinMs: in time → the result; too late → NatsTransferError with what it was', async () => {
  assert.equal(await withinMs(Promise.resolve(7), 1000, 'reading'), 7)
  await assert.rejects(withinMs(never, 1, 'reading'), (error) => {
    return error instanceof NatsTransferError && error.message.includes('reading')
  })
})
