import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { UploadWaiters } from './upload-waiters.ts'

test('UploadWaiters: confirmed up to a TXID → those up to it go on, the others wait', async () => {
  const waiters = new UploadWaiters()
  const done: string[] = []
  const early = waiters.wait(toTxid(2n)).then(() => done.push('early'))
  const late = waiters.wait(toTxid(3n)).then(() => done.push('late'))
  waiters.confirmed(toTxid(2n))
  await early
  assert.deepEqual(done, ['early'])
  waiters.confirmed(toTxid(5n))
  await late
  assert.deepEqual(done, ['early', 'late'])
})

test('UploadWaiters: it will not happen → all are told why', async () => {
  const waiters = new UploadWaiters()
  const reason = new Error('over')
  const waiting = [1n, 2n].map((txid) => assert.rejects(waiters.wait(toTxid(txid)), reason))
  waiters.fail(reason)
  await Promise.all(waiting)
  await assert.rejects(waiters.wait(toTxid(1n)), reason, 'also those who come too late')
})

test('UploadWaiters: aborted, before or while waiting → the reason itself', async () => {
  const waiters = new UploadWaiters()
  const reason = new Error('stop')
  await assert.rejects(waiters.wait(toTxid(1n), AbortSignal.abort(reason)), reason)
  const controller = new AbortController()
  const waiting = assert.rejects(waiters.wait(toTxid(1n), controller.signal), reason)
  controller.abort(reason)
  await waiting
  waiters.confirmed(toTxid(9n))
})

test('UploadWaiters: an attempt failed → the impatient ones hear of it, the others wait on', async () => {
  const waiters = new UploadWaiters()
  const patient = waiters.wait(toTxid(2n))
  const impatient = assert.rejects(waiters.wait(toTxid(2n), undefined, true), /no way/)
  waiters.attemptFailed(new Error('no way'))
  await impatient
  waiters.confirmed(toTxid(2n))
  await patient
})
