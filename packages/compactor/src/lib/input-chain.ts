import { formatTxid, type Header } from '@ltx/format'
import { CompactorError } from './errors.ts'

/** Checks that inputs, oldest first, follow one another, and keeps what the result's header needs of them. */
export class InputChain {
  #first: Header | null = null
  #last: Header | null = null
  #lastName = ''
  #count = 0

  /** @throws {CompactorError} `COMPACT_PAGE_SIZE`, `COMPACT_GAP`, `COMPACT_CONTAINED` */
  append(header: Header, name: string): void {
    const last = this.#last
    const refuse = (code: 'COMPACT_PAGE_SIZE' | 'COMPACT_GAP' | 'COMPACT_CONTAINED', what: string): never => {
      throw new CompactorError(code, this.#count, `${name} ${what} ${this.#lastName}`)
    }
    if (last !== null) {
      if (header.pageSize !== last.pageSize) {
        refuse('COMPACT_PAGE_SIZE', `has pages of ${header.pageSize} bytes, not ${last.pageSize} like`)
      }
      if (header.minTXID > last.maxTXID + 1n) {
        refuse('COMPACT_GAP', `starts at ${formatTxid(header.minTXID)}, not at or before the one after`)
      }
      if (header.maxTXID <= last.maxTXID) {
        refuse('COMPACT_CONTAINED', `ends at ${formatTxid(header.maxTXID)}, not after`)
      }
    }
    this.#first ??= header
    this.#last = header
    this.#lastName = name
    this.#count++
  }

  /** First and last header. @throws {CompactorError} `COMPACT_NO_INPUT` */
  ends(): { readonly first: Header; readonly last: Header } {
    if (this.#first === null || this.#last === null) {
      throw new CompactorError('COMPACT_NO_INPUT', null, 'nothing to merge')
    }
    return { first: this.#first, last: this.#last }
  }
}
