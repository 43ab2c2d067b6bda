import type { SyncOutcome } from '../follow/sync-outcome.ts'
import type { ActiveDatabase } from './active-database.ts'
import type { SyncReport } from './follower-port.ts'

/** What the main thread is told after a sync. Without an outcome: SQLite gave no footing, or the file was replaced or is gone. */
export function reportOf(
  active: ActiveDatabase | null,
  outcome: SyncOutcome | null,
  checkpoint: SyncReport['checkpoint'],
  { isSuspect = false, lookedAtMs }: { isSuspect?: boolean; lookedAtMs?: number } = {},
): SyncReport {
  const position = active?.follower.position ?? null
  return {
    kind: outcome?.kind ?? withoutOutcome(checkpoint.kind),
    files: outcome?.files ?? [],
    written: active?.follower.written.splice(0) ?? [],
    resync: outcome?.resync ?? null,
    frames: outcome?.frames ?? 0,
    backfilled: outcome?.backfilled ?? 0,
    unpublished: outcome?.unpublished ?? false,
    backfilling: outcome?.backfilling ?? false,
    lastTXID: position?.txid ?? null,
    pageSize: position?.pageSize ?? null,
    walBytes: active?.files.walBytes() ?? 0,
    databaseBytes: (position?.commit ?? 0) * (position?.pageSize ?? 0),
    lookedAtMs: outcome?.kind === 'synced' ? (lookedAtMs ?? null) : null,
    isSuspect,
    checkpoint,
  }
}

function withoutOutcome(kind: SyncReport['checkpoint']['kind']): SyncReport['kind'] {
  return kind === 'replaced' || kind === 'gone' ? kind : 'busy'
}

/** Of a database whose file nobody has found when it was to be woken. */
export function goneReport(): SyncReport {
  return reportOf(null, null, { kind: 'gone' })
}
