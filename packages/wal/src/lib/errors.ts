export type WalErrorCode = 'WAL_BAD_MAGIC' | 'WAL_BAD_VERSION' | 'WAL_BAD_PAGE_SIZE' | 'WAL_BAD_OFFSET'

/** The bytes are not a write-ahead log that we can read. Every decoder in this package throws only this. */
export class WalError extends Error {
  override readonly name = 'WalError'
  readonly code: WalErrorCode
  /** Bytes from the start of the WAL. */
  readonly offset: number

  constructor(code: WalErrorCode, offset: number, detail: string, options?: ErrorOptions) {
    super(`${code} at byte ${offset}: ${detail}`, options)
    this.code = code
    this.offset = offset
  }
}

export function isWalError(error: unknown, code?: WalErrorCode): error is WalError {
  if (!(error instanceof Error) || error.name !== 'WalError') return false
  return code === undefined || (error as WalError).code === code
}
