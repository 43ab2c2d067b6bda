import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError, type CallOptions } from '@ltx/client-core'
import { simEnv } from '@ltx/env/sim'
import { passTime } from '../../../test/pass-time.ts'
import { isUnanswered, ReplicaWait } from './replica-wait.ts'

/** Never answers; ends when it is told to, as clients do. */
function silence({ signal }: CallOptions): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal?.reason as Error)
    if (signal?.aborted === true) stop()
    signal?.addEventListener('abort', stop)
  })
}

test('ReplicaWait: no answer → trouble is told after a second, and after 30 s it counts as unreachable', async () => {
  const { clock } = simEnv({ seed: 1 })
  const wait = new ReplicaWait(clock)
  const startMs = clock.elapsedMs()
  const asked = wait.answer('list it', {}, silence)
  assert.equal(wait.trouble, null)
  await clock.advance(900)
  assert.equal(wait.trouble, null)
  await clock.advance(2100)
  assert.match(String(wait.trouble), /CLIENT_UNREACHABLE: the replica has not answered yet, after 3 s/)
  await assert.rejects(passTime(clock, asked), isUnanswered)
  assert.deepEqual([clock.elapsedMs() - startMs, wait.trouble], [30_000, null])
})

test('ReplicaWait: ended in the middle → unreachable at once, and whoever asks later is not kept waiting', async () => {
  const { clock } = simEnv({ seed: 1 })
  const wait = new ReplicaWait(clock)
  const asked = wait.answer('list it', {}, silence)
  await clock.advance(4000)
  wait.end()
  const isSaid = { code: 'CLIENT_UNREACHABLE', message: /after 4 s/ }
  await assert.rejects(passTime(clock, asked), isSaid)
  await assert.rejects(
    wait.answer('list it', {}, () => Promise.resolve(1)),
    (error) => isClientError(error, 'CLIENT_UNREACHABLE'),
  )
  assert.equal(wait.isOver, true)
})

test('ReplicaWait: the caller gives up → its own reason', async () => {
  const { clock } = simEnv({ seed: 1 })
  const caller = new AbortController()
  const asked = new ReplicaWait(clock).answer('list it', { signal: caller.signal }, silence)
  const reason = new Error('enough')
  caller.abort(reason)
  await assert.rejects(passTime(clock, asked), reason)
})
