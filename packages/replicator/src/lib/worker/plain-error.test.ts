import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isReplicatorError, ReplicatorError } from '../errors.ts'
import { fromPlainError, toPlainError } from './plain-error.ts'

test('plain errors: a ReplicatorError with a cause → the same code, message, advice and cause', () => {
  const cause = Object.assign(new Error('no space'), { code: 'ENOSPC' })
  const original = new ReplicatorError('REPLICATOR_DISK', 'cannot write', { cause })
  const back = fromPlainError(structuredClone(toPlainError(original)))
  assert.ok(isReplicatorError(back, 'REPLICATOR_DISK'))
  assert.equal(back.message, original.message)
  assert.equal(back.advice, 'retry')
  assert.equal((back.cause as { code?: unknown }).code, 'ENOSPC')
})

test('plain errors: another error → name, message and code stay', () => {
  const original = Object.assign(new Error('disk I/O error'), { name: 'SqliteError', code: 'SQLITE_IOERR' })
  const back = fromPlainError(structuredClone(toPlainError(original)))
  assert.deepEqual(
    [back.name, back.message, (back as { code?: unknown }).code],
    ['SqliteError', 'disk I/O error', 'SQLITE_IOERR'],
  )
})

test('plain errors: a thrown word → an error that says it', () => {
  assert.equal(fromPlainError(toPlainError('stop')).message, 'stop')
})
