/**
 * What is wrong with the bytes. `LTX_BAD_MAGIC`: not an LTX file. `LTX_TRUNCATED`: it ends too early. `LTX_BAD_FIELD`: a
 * field or a compressed page says what it may not say. `LTX_PAGE_ORDER`: a page that may not stand there, or one that is
 * missing. `LTX_CHECKSUM_MISMATCH`: the bytes changed after writing. `LTX_LIMIT_EXCEEDED`: a size beyond a named limit.
 */
export type FormatErrorCode =
  | 'LTX_BAD_MAGIC'
  | 'LTX_TRUNCATED'
  | 'LTX_BAD_FIELD'
  | 'LTX_PAGE_ORDER'
  | 'LTX_CHECKSUM_MISMATCH'
  | 'LTX_LIMIT_EXCEEDED'

/** The bytes are not a valid LTX file. Every decoder in this package throws only this for bad bytes. */
export class FormatError extends Error {
  override readonly name = 'FormatError'
  readonly code: FormatErrorCode
  /** Byte offset from the start of the file at which decoding stopped. */
  readonly offset: number

  constructor(code: FormatErrorCode, offset: number, detail: string, options?: ErrorOptions) {
    super(`${code} at byte ${offset}: ${detail}`, options)
    this.code = code
    this.offset = offset
  }
}

/** Whether `error` is a {@link FormatError}, also one of another copy of this package; with `code`, one of that code. */
export function isFormatError(error: unknown, code?: FormatErrorCode): error is FormatError {
  if (!(error instanceof Error) || error.name !== 'FormatError') return false
  return code === undefined || (error as FormatError).code === code
}
