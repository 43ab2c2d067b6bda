import type { Txid } from '@ltx/format'
import type { DatabaseState } from '../events.ts'
import type { CaptureActivity } from './capture-record.ts'
import type { DatabaseCounts } from './database-counts.ts'

export interface DatabaseStatus {
  readonly path: string
  readonly state: DatabaseState
  /** It is absent, and it was there before: it has been followed, or has left local files, or its replica holds some. */
  readonly isMissing: boolean
  /** Newest local TXID. Provisional while the replica has not answered since the start: see `error`. */
  readonly txid: Txid | null
  /** The replica holds everything up to it. */
  readonly replicatedTXID: Txid | null
  /** Wall time at which everything local was last known to be in the replica. */
  readonly syncedAtMs: number | null
  /** Wall time up to which every commit is known to be in the replica. */
  readonly durableAtMs: number | null
  /** Wall time of the oldest change that is here and not known to be in the replica; `null`: there is none. */
  readonly behindSinceMs: number | null
  /** What keeps it from working, if anything does; or why the replica could not be asked yet what it holds. */
  readonly error: Error | null
  /** The capture that is under way, or the last one; `null` before the first. */
  readonly capture: CaptureActivity | null
  /** Its setting. */
  readonly syncIntervalMs: number
  /** Live: what is counted later shows in it. */
  readonly counts: DatabaseCounts
}

export interface SyncOutcome {
  readonly txid: Txid
  readonly replicatedTXID: Txid
}
