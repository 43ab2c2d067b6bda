import assert from 'node:assert/strict'
import type { CaptureActivity, DatabaseStatus } from '@ltx/replicator'
import { test } from 'vitest'
import { syncDiagnostics } from './sync-diagnostics.ts'

const capture: CaptureActivity = {
  isActive: false,
  startedAtMs: Date.parse('2026-01-02T03:04:05Z'),
  updatedAtMs: Date.parse('2026-01-02T03:04:05.250Z'),
  elapsedMs: 250,
  report: null,
  error: null,
  waiting: 0,
  waitingSinceMs: null,
}

function status(changes: Partial<CaptureActivity> | null, others: object = {}): DatabaseStatus {
  const counts = { walOffset: 4152 }
  const now = changes === null ? null : { ...capture, ...changes }
  return { state: 'active', txid: 7n, capture: now, counts, ...others } as DatabaseStatus
}

test('syncDiagnostics: stopped, waiting, just opening → nothing but whether it is busy', () => {
  assert.deepEqual(syncDiagnostics(null, 0), { active: false })
  assert.deepEqual(syncDiagnostics(status(null), 0), { active: false })
  assert.deepEqual(syncDiagnostics(status(null, { state: 'opening' }), 0), {
    active: true,
    phase: 'starting',
  })
})

test('syncDiagnostics: the last capture → when, how long, what it found; zeros are left out', () => {
  const report = {
    walBytes: 8272,
    checkpoint: { kind: 'shrink' },
    resync: { because: 'wal-replaced', full: true },
  } as unknown as CaptureActivity['report']
  const { started_at, updated_at, ...rest } = syncDiagnostics(status({ report }), 0)
  assert.equal(Date.parse(String(started_at)), capture.startedAtMs)
  assert.equal(Date.parse(String(updated_at)), capture.updatedAtMs)
  assert.deepEqual(rest, {
    active: false,
    operation: 'sync',
    phase: 'sync_complete',
    elapsed_seconds: 0.25,
    txid: 7n,
    wal_size: 8272,
    last_synced_wal_offset: 4152,
    checkpoint_mode: 'TRUNCATE',
    reason: 'wal-replaced',
  })
})

test('syncDiagnostics: the first image under way, others wait, a failure → told', () => {
  const nowMs = capture.startedAtMs + 2000
  const busy = syncDiagnostics(
    status({ isActive: true, waiting: 2, waitingSinceMs: capture.startedAtMs + 500 }, { txid: null }),
    nowMs,
  )
  assert.deepEqual(
    [busy['active'], busy['snapshotting'], busy['executor_waiter_count'], busy['executor_wait_seconds']],
    [true, true, 2, 1.5],
  )
  const failed = syncDiagnostics(status({ error: new Error('cannot read s3://b/p?key=abc') }), nowMs)
  assert.equal(failed['error'], 'cannot read s3://b/p?key=…')
})
