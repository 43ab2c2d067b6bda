import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { ReplicatorError } from '../errors.ts'
import { DatabaseTally } from './database-counts.ts'
import type { SyncReport } from './follower-port.ts'
import { reportOf } from './sync-report.ts'

function report(changes: Partial<SyncReport>): SyncReport {
  return { ...reportOf(null, null, { kind: 'none' }), kind: 'synced', ...changes }
}

const file = (walBytes: number, walOffset: number): SyncReport['files'][number] => ({
  txid: toTxid(1n),
  bytes: 1,
  pages: 1,
  timestampMs: 0,
  walBytes,
  walOffset,
})

test('DatabaseTally, captured: files of one look → their WAL bytes add up, the last says where', () => {
  const tally = new DatabaseTally()
  tally.captured(report({ files: [file(100, 132), file(50, 182)], databaseBytes: 4096 }), 3)
  tally.captured(report({ files: [file(60, 92)] }), 4)
  tally.captured(report({ databaseBytes: 8192 }), 0)
  assert.deepEqual(
    [tally.captures, tally.captureMs, tally.walBytes, tally.walOffset, tally.databaseBytes],
    [3, 7, 210, 92, 8192],
  )
})

test('DatabaseTally, captured: checkpoints → counted by mode; one that a reader held up is hindered as well', () => {
  const tally = new DatabaseTally()
  const done = { kind: 'done', lockedMs: null } as const
  const reader = { kind: 'reader', frames: 9, backfilled: 2 } as const
  for (const checkpoint of [
    { kind: 'quiet', result: done, elapsedMs: 5 },
    { kind: 'under-load', result: reader, elapsedMs: 2 },
    { kind: 'quiet', result: { kind: 'later' } },
    { kind: 'shrink', result: { kind: 'later' } },
    { kind: 'replaced' },
  ] as const) {
    tally.captured(report({ checkpoint }), 0)
  }
  assert.deepEqual(
    [...tally.checkpoints],
    [
      ['PASSIVE', { executed: 3, hindered: 1, elapsedMs: 7 }],
      ['TRUNCATE', { executed: 1, hindered: 1, elapsedMs: 0 }],
    ],
  )
})

for (const [error, isFull] of [
  [new Error('disk I/O error'), false],
  [Object.assign(new Error('no space'), { code: 'ENOSPC' }), true],
  [
    new ReplicatorError('REPLICATOR_DISK', 'cannot write', {
      cause: Object.assign(new Error('quota'), { code: 'EDQUOT' }),
    }),
    true,
  ],
] as const) {
  test(`DatabaseTally, captureFailed: ${error.message} → the disk is ${isFull ? '' : 'not '}full, until a look succeeds`, () => {
    const tally = new DatabaseTally()
    tally.captureFailed(error)
    assert.deepEqual([tally.captures, tally.failedCaptures, tally.isDiskFull], [1, 1, isFull])
    tally.captured(report({}), 0)
    assert.deepEqual([tally.captures, tally.failedCaptures, tally.isDiskFull], [2, 1, false])
  })
}

test('DatabaseTally: behind, a part uploaded, all of it → since the oldest that is missing, then since never', () => {
  const tally = new DatabaseTally()
  tally.behind(100)
  tally.behind(200)
  assert.deepEqual([tally.behindSinceMs, tally.durableAtMs], [100, null])
  tally.caughtUpTo(150)
  assert.deepEqual([tally.behindSinceMs, tally.durableAtMs], [150, 150])
  tally.synced(300)
  assert.deepEqual([tally.behindSinceMs, tally.syncedAtMs, tally.durableAtMs], [null, 300, 300])
})

test('DatabaseTally: what an earlier process left goes up first → behind since then, not since the start', () => {
  const tally = new DatabaseTally()
  tally.behind(1000)
  tally.caughtUpTo(40)
  assert.deepEqual([tally.behindSinceMs, tally.durableAtMs], [40, 40])
})
