/**
 * Why the replicator stopped or could not start. Codes are API; each has a row in the README with what to do.
 *
 * - `REPLICATOR_LOCKED`: another process replicates this database.
 * - `REPLICATOR_CONFLICT`: another writer owns this replica path.
 * - `REPLICATOR_TWO_NAMES`: the path is a symbolic link, or another database of the Store is the same file under another name.
 * - `REPLICATOR_SHARED_REPLICA`: another database of the Store has this replica.
 * - `REPLICATOR_OLD_SQLITE`: the driver's SQLite may corrupt databases or cannot answer `wal_checkpoint(NOOP)`.
 * - `REPLICATOR_NOT_WAL`: the database is not in WAL mode and could not be switched.
 * - `REPLICATOR_NOT_A_DATABASE`: the file is not a SQLite database.
 * - `REPLICATOR_BAD_SETTINGS`: a setting is out of range.
 * - `REPLICATOR_LOCAL_STATE`: local LTX files are missing or damaged.
 * - `REPLICATOR_DISK`: the local disk is full, read-only or failing.
 * - `REPLICATOR_ABSENT`: there is no such database file, or nothing in it; it is waited for.
 * - `REPLICATOR_NOT_UPLOADED`: the time for the last upload was over; the rest goes up at the next start.
 * - `REPLICATOR_CLOSED`: the call came after `close`.
 * - `REPLICATOR_UNEXPECTED`: SQLite or the system answered something else; see `cause`.
 */
export type ReplicatorErrorCode =
  | 'REPLICATOR_LOCKED'
  | 'REPLICATOR_CONFLICT'
  | 'REPLICATOR_TWO_NAMES'
  | 'REPLICATOR_SHARED_REPLICA'
  | 'REPLICATOR_OLD_SQLITE'
  | 'REPLICATOR_NOT_WAL'
  | 'REPLICATOR_NOT_A_DATABASE'
  | 'REPLICATOR_BAD_SETTINGS'
  | 'REPLICATOR_LOCAL_STATE'
  | 'REPLICATOR_DISK'
  | 'REPLICATOR_ABSENT'
  | 'REPLICATOR_NOT_UPLOADED'
  | 'REPLICATOR_CLOSED'
  | 'REPLICATOR_UNEXPECTED'

const RETRIED: ReadonlySet<ReplicatorErrorCode> = new Set([
  'REPLICATOR_DISK',
  'REPLICATOR_UNEXPECTED',
  'REPLICATOR_ABSENT',
  'REPLICATOR_NOT_UPLOADED',
  'REPLICATOR_NOT_A_DATABASE',
  'REPLICATOR_NOT_WAL',
])

/** The message says what was found and what to do; `cause` keeps the original. */
export class ReplicatorError extends Error {
  override readonly name = 'ReplicatorError'
  readonly code: ReplicatorErrorCode
  /** `retry`: may go away by itself; the engine tries again with growing pauses. */
  readonly advice: 'retry' | 'give-up'

  constructor(code: ReplicatorErrorCode, message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options)
    this.code = code
    this.advice = RETRIED.has(code) ? 'retry' : 'give-up'
  }
}

export function isReplicatorError(error: unknown, code?: ReplicatorErrorCode): error is ReplicatorError {
  if (!(error instanceof Error) || error.name !== 'ReplicatorError') return false
  return code === undefined || (error as ReplicatorError).code === code
}
