import type { SyncOutcome } from '../follow/sync-outcome.ts'
import type { ActiveDatabase } from './active-database.ts'
import type { SyncReport } from './follower-port.ts'

/** What the main thread is told after a sync. Without an outcome: SQLite gave no footing, or the file was replaced. */
export function reportOf(
  active: ActiveDatabase | null,
  outcome: SyncOutcome | null,
  checkpoint: SyncReport['checkpoint'],
): SyncReport {
  const position = active?.follower.position ?? null
  return {
    kind: outcome?.kind ?? (checkpoint.kind === 'replaced' ? 'replaced' : 'busy'),
    files: outcome?.files ?? [],
    resync: outcome?.resync ?? null,
    frames: outcome?.frames ?? 0,
    backfilled: outcome?.backfilled ?? 0,
    unpublished: outcome?.unpublished ?? false,
    backfilling: outcome?.backfilling ?? false,
    lastTXID: position?.txid ?? null,
    pageSize: position?.pageSize ?? null,
    walBytes: active?.files.walBytes() ?? 0,
    databaseBytes: (position?.commit ?? 0) * (position?.pageSize ?? 0),
    checkpoint,
  }
}
