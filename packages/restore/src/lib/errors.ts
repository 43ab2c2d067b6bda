import type { Txid } from '@ltx/format'

/**
 * What happened, as finely as a caller can act on it.
 *
 * `RESTORE_NOTHING` no file that the target could start from · `RESTORE_GAP` newer data exist, but transactions before them are missing ·
 * `RESTORE_TXID_NOT_AVAILABLE` the replica does not keep the state right after this transaction · `RESTORE_TIME_OUT_OF_RANGE` before the
 * earliest or after the latest moment kept · `RESTORE_EXISTS` there is something at the output path · `RESTORE_STALE_SIDECAR` a `-wal`,
 * `-shm` or `-journal` of another database lies beside it · `RESTORE_CORRUPT` a file of the replica is broken or missing and no other
 * plan avoids it · `RESTORE_BAD_OPTIONS` an argument is wrong · `RESTORE_CHECK_FAILED` the check refused the restored database ·
 * `RESTORE_NO_SPACE` the disk is full.
 */
export type RestoreErrorCode =
  | 'RESTORE_NOTHING'
  | 'RESTORE_GAP'
  | 'RESTORE_TXID_NOT_AVAILABLE'
  | 'RESTORE_TIME_OUT_OF_RANGE'
  | 'RESTORE_EXISTS'
  | 'RESTORE_STALE_SIDECAR'
  | 'RESTORE_CORRUPT'
  | 'RESTORE_BAD_OPTIONS'
  | 'RESTORE_CHECK_FAILED'
  | 'RESTORE_NO_SPACE'

export interface RestoreErrorOptions extends ErrorOptions {
  readonly below?: Txid | null | undefined
  readonly above?: Txid | null | undefined
}

/** A restore could not be done. Storage trouble is a `ClientError`, an abort the signal's own reason; everything else is this. */
export class RestoreError extends Error {
  override readonly name = 'RestoreError'
  readonly code: RestoreErrorCode
  /** The nearest transaction below the wanted one that can be restored; `null` when there is none or the error is of another kind. */
  readonly below: Txid | null
  /** The nearest one above, likewise. */
  readonly above: Txid | null

  constructor(code: RestoreErrorCode, message: string, options: RestoreErrorOptions = {}) {
    super(`${code}: ${message}`, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.below = options.below ?? null
    this.above = options.above ?? null
  }
}

/** Compares codes, not classes: two copies of this package may be installed. */
export function isRestoreError(error: unknown, code?: RestoreErrorCode): error is RestoreError {
  if (!(error instanceof Error) || error.name !== 'RestoreError') return false
  return code === undefined || (error as RestoreError).code === code
}
