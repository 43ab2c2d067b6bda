import { lockPageNumber } from '@ltx/wal'

/** Remembers, in one bit each, which pages of a database have their final content. The lock page never gets any. */
export class PlacedPages {
  readonly commit: number
  readonly #lockPage: number
  readonly #bits: Uint8Array
  #count = 0

  /** @param commit Size of the database in pages. */
  constructor(commit: number, pageSize: number) {
    this.commit = commit
    this.#lockPage = lockPageNumber(pageSize)
    this.#bits = new Uint8Array(Math.ceil((commit + 1) / 8))
  }

  /** How many pages are placed. */
  get count(): number {
    return this.#count
  }

  /** Every page is placed that a database of this size stores. */
  get isComplete(): boolean {
    return this.#count === this.commit - (this.#lockPage <= this.commit ? 1 : 0)
  }

  /** Marks a page. `false`: it has its content already, lies beyond the end, or is the lock page, and must not be written. */
  place(pageNumber: number): boolean {
    if (pageNumber > this.commit || pageNumber === this.#lockPage || this.has(pageNumber)) return false
    this.#bits[pageNumber >>> 3] = (this.#bits[pageNumber >>> 3] ?? 0) | (1 << (pageNumber & 7))
    this.#count++
    return true
  }

  has(pageNumber: number): boolean {
    return ((this.#bits[pageNumber >>> 3] ?? 0) & (1 << (pageNumber & 7))) !== 0
  }

  /** The first page that is not placed, the lock page aside; `null` when all are. */
  firstMissing(): number | null {
    for (let pageNumber = 1; pageNumber <= this.commit; pageNumber++) {
      if (!this.has(pageNumber) && pageNumber !== this.#lockPage) return pageNumber
    }
    return null
  }
}
