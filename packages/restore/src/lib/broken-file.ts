import type { FileInfo } from '@ltx/client-core'

/** One file of the replica cannot be used; a plan without it may do. Never leaves this package. */
export class BrokenFile extends Error {
  override readonly name = 'BrokenFile'
  readonly file: FileInfo
  /** It was listed and is not there (any more): the listing is out of date. */
  readonly isMissing: boolean

  constructor(file: FileInfo, what: string, options: ErrorOptions & { readonly isMissing?: boolean } = {}) {
    super(what, 'cause' in options ? { cause: options.cause } : undefined)
    this.file = file
    this.isMissing = options.isMissing ?? false
  }
}
