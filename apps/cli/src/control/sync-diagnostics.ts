import type { DatabaseStatus } from '@ltx/replicator'
import { describeError } from '../program/errors.ts'
import { redactUrls } from '../text/redact-url.ts'
import { formatLocal } from '../text/rfc3339.ts'

/** What a database is busy with, for whoever looks for the reason of a delay. Fields that are zero or empty are left out. */
export function syncDiagnostics(status: DatabaseStatus | null, nowMs: number): Record<string, unknown> {
  const capture = status?.capture ?? null
  if (status === null || capture === null) {
    return withoutEmpty({
      active: status?.state === 'opening',
      phase: status?.state === 'opening' ? 'starting' : '',
    })
  }
  const { isActive, report } = capture
  const isWholeCopy = isActive && status.txid === null
  return withoutEmpty({
    active: isActive,
    operation: 'sync',
    phase: isActive ? 'verify_and_sync' : capture.error === null ? 'sync_complete' : 'verify_and_sync',
    started_at: formatLocal(capture.startedAtMs),
    updated_at: formatLocal(capture.updatedAtMs),
    elapsed_seconds: capture.elapsedMs / 1000,
    txid: status.txid ?? 0n,
    wal_size: report?.walBytes ?? 0,
    last_synced_wal_offset: status.counts.walOffset,
    snapshotting: isWholeCopy,
    checkpoint_mode: modeOf(report?.checkpoint.kind),
    reason: report?.resync?.full === true ? report.resync.because : '',
    error: capture.error === null ? '' : redactUrls(describeError(capture.error)),
    executor_waiter_count: capture.waiting,
    executor_wait_started_at: capture.waitingSinceMs === null ? '' : formatLocal(capture.waitingSinceMs),
    executor_wait_seconds: capture.waitingSinceMs === null ? 0 : (nowMs - capture.waitingSinceMs) / 1000,
  })
}

function modeOf(kind: string | undefined): string {
  if (kind === 'shrink') return 'TRUNCATE'
  return kind === 'quiet' || kind === 'under-load' ? 'PASSIVE' : ''
}

/** `active` is always told. */
function withoutEmpty(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(isTold))
}

function isTold([name, value]: [string, unknown]): boolean {
  return name === 'active' || (value !== '' && value !== 0 && value !== 0n && value !== false)
}
