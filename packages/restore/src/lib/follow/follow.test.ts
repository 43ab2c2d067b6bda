import assert from 'node:assert/strict'
import { memoryClient } from '@ltx/client-core/memory'
import { test } from 'vitest'
import { COPY, followUntil, freeLock, reaches, replicaOf } from '../../../test/followed-copy.ts'
import { randomHistory } from '../../../test/history.ts'
import { contentOf, instantEnv, putContent } from '../../../test/instant-env.ts'
import { isRestoreError } from '../errors.ts'
import { follow } from './follow.ts'

const history = randomHistory({ seed: 1, pageSize: 512, transactions: 4, pagesMax: 20 })
const storage = replicaOf(history, () => true)
const never = (): boolean => false
const refuse = (): Promise<void> => Promise.reject(new Error('page 7'))

test('follow: the output exists without a note, or with a bad one → RESTORE_EXISTS, untouched; with force it is made anew', async () => {
  for (const note of [null, 'nonsense']) {
    const env = instantEnv()
    await putContent(env, COPY, new Uint8Array(700).fill(5))
    if (note !== null) await putContent(env, `${COPY}-txid`, new TextEncoder().encode(note))
    await assert.rejects(followUntil(env, storage, never), (error) => isRestoreError(error, 'RESTORE_EXISTS'))
    assert.deepEqual(await contentOf(env, COPY), new Uint8Array(700).fill(5))
    const events = await followUntil(env, storage, reaches(4), { force: true })
    assert.equal(events[0]?.kind, 'restored')
  }
})

test('follow: nothing in the replica → RESTORE_NOTHING, and nothing is left', async () => {
  const env = instantEnv()
  const empty = replicaOf(history, () => false)
  await assert.rejects(followUntil(env, empty, never), (error) => isRestoreError(error, 'RESTORE_NOTHING'))
  assert.equal(await env.files.stat(COPY), null)
  assert.equal(await env.files.stat(`${COPY}-txid`), null)
})

test('follow: the check refuses the first copy → RESTORE_CHECK_FAILED, and no note is left', async () => {
  const env = instantEnv()
  await assert.rejects(followUntil(env, storage, never, { check: refuse }), (error) =>
    isRestoreError(error, 'RESTORE_CHECK_FAILED'),
  )
  assert.deepEqual(await env.files.list('/copy'), [])
})

test('follow: aborted before the copy is made → the reason; afterwards → the transaction that it stands at', async () => {
  const env = instantEnv()
  const client = memoryClient({ storage })
  const reason = new Error('enough')
  const options = { client, env, outputPath: COPY, lock: freeLock }
  await assert.rejects(follow({ ...options, signal: AbortSignal.abort(reason) }), reason)
  const stop = new AbortController()
  const onEvent = (): void => stop.abort(reason)
  assert.deepEqual(await follow({ ...options, signal: stop.signal, onEvent }), { txid: 4n })
})

test('follow: failures → pauses that double up to thirty seconds, told with each', async () => {
  const env = instantEnv()
  await followUntil(env, storage, reaches(4))
  const empty = replicaOf(history, () => false)
  const events = await followUntil(
    env,
    empty,
    (event) => event.kind === 'failed' && event.consecutiveErrors === 8,
  )
  const pauses = events.flatMap((event) => (event.kind === 'failed' ? [event.retryMs] : []))
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
})

test('follow: what a killed follower left beside the copy → swept; other temporaries stay', async () => {
  const env = instantEnv()
  await followUntil(env, storage, reaches(4))
  const left = [
    'app.db-pages',
    'app.db-journal',
    'app.db-base',
    'app.db-txid',
    'app.db-base.1.0123456789abcdef.tmp',
  ]
  for (const name of [...left, 'other.db']) {
    await putContent(env, `/copy/${name}.99.0123456789abcdef.tmp`, new Uint8Array(1))
  }
  await followUntil(env, storage, reaches(4))
  assert.deepEqual(await env.files.list('/copy'), [
    'app.db',
    'app.db-txid',
    'other.db.99.0123456789abcdef.tmp',
  ])
})
