export type CompactorErrorCode =
  | 'COMPACT_NO_INPUT'
  | 'COMPACT_GAP'
  | 'COMPACT_CONTAINED'
  | 'COMPACT_PAGE_SIZE'
  | 'COMPACT_INCOMPLETE'
  | 'COMPACT_EMPTY'
  | 'COMPACT_CORRUPT'

/** The inputs do not make a file. What a source itself throws (a failed read, say) comes through as it is. */
export class CompactorError extends Error {
  override readonly name = 'CompactorError'
  readonly code: CompactorErrorCode
  /** Index of the input that is to blame, from 0; null when it is none in particular. */
  readonly inputIndex: number | null

  constructor(code: CompactorErrorCode, inputIndex: number | null, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options)
    this.code = code
    this.inputIndex = inputIndex
  }
}

export function isCompactorError(error: unknown, code?: CompactorErrorCode): error is CompactorError {
  if (!(error instanceof Error) || error.name !== 'CompactorError') return false
  return code === undefined || (error as CompactorError).code === code
}
