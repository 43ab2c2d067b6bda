import assert from 'node:assert/strict'
import { test } from 'vitest'
import { toTxid } from '@ltx/format'
import { ReplicatorError } from '../errors.ts'
import { lostLocally, needsNewSession, notFollowed } from './session-errors.ts'

test('lostLocally: gone; damaged → REPLICATOR_LOCAL_STATE, names the database, and the damaged file with its cause', () => {
  const txid = toTxid(26n)
  const upload = { files: [], confirmed: null, txid }
  const gone = lostLocally('/data/app.db', { kind: 'missing', ...upload })
  const cause = new Error('a bit')
  const damaged = lostLocally('/data/app.db', { kind: 'damaged', error: cause, ...upload })
  for (const error of [gone, damaged]) {
    assert.equal(error.code, 'REPLICATOR_LOCAL_STATE')
    assert.match(error.message, /\/data\/app\.db/)
  }
  assert.match(damaged.message, /000000000000001a/)
  assert.equal(damaged.cause, cause)
})

test('needsNewSession: local state, another journal mode, a dead thread → yes; a full disk, anything unknown → no', () => {
  for (const code of ['REPLICATOR_LOCAL_STATE', 'REPLICATOR_NOT_WAL', 'REPLICATOR_UNEXPECTED'] as const) {
    assert.ok(needsNewSession(new ReplicatorError(code, 'made by the test')))
  }
  assert.ok(!needsNewSession(new ReplicatorError('REPLICATOR_DISK', 'made by the test')))
  assert.ok(!needsNewSession(new Error('made by the test')))
})

test('notFollowed: → REPLICATOR_CLOSED with the path', () => {
  const { code, message } = notFollowed('/data/app.db')
  assert.deepEqual([code, message.includes('/data/app.db')], ['REPLICATOR_CLOSED', true])
})
