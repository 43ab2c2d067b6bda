import assert from 'node:assert/strict'
import { test } from 'vitest'
import { simEnv } from '@ltx/env/sim'
import { answerWithin } from './answer-within.ts'

/** A storage that never answers, but heeds its signal. */
function silence({ signal }: { readonly signal: AbortSignal }): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  return promise
}

test('answerWithin: an answer in time → the answer, and no timer is left', async () => {
  const { clock } = simEnv({ seed: 1 })
  assert.equal(await answerWithin(clock, 1000, 'ask', {}, async () => 7), 7)
  assert.equal(clock.sleeping, 0)
})

test('answerWithin: no answer → unreachable, and the call is cut short', async () => {
  const { clock } = simEnv({ seed: 1 })
  const asked = assert.rejects(answerWithin(clock, 1000, 'list the replica', {}, silence), {
    code: 'CLIENT_UNREACHABLE',
    advice: 'retry',
    message: /cannot list the replica: no answer within 1 s/,
  })
  await clock.advance(1000)
  await asked
})

test('answerWithin: the caller gives up → its reason', async () => {
  const { clock } = simEnv({ seed: 1 })
  const [stop, reason] = [new AbortController(), new Error('enough')]
  const asked = assert.rejects(answerWithin(clock, 1000, 'ask', { signal: stop.signal }, silence), reason)
  stop.abort(reason)
  await asked
})
