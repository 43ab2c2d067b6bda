import type { Txid } from '@ltx/format'
import type { DatabaseState } from '../events.ts'

export interface DatabaseStatus {
  readonly path: string
  readonly state: DatabaseState
  /** Newest local TXID. Provisional while the replica has not answered since the start: see `error`. */
  readonly txid: Txid | null
  /** The replica holds everything up to it. */
  readonly replicatedTXID: Txid | null
  /** Wall time at which everything local was last known to be in the replica. */
  readonly syncedAtMs: number | null
  /** What keeps it from working, if anything does; or why the replica could not be asked yet what it holds. */
  readonly error: Error | null
}

export interface SyncOutcome {
  readonly txid: Txid
  readonly replicatedTXID: Txid
}
