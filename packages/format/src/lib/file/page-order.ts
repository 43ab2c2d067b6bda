import { lockPageNumber } from '@ltx/wal'
import type { Header } from './header.ts'

/**
 * Which page may come next: ascending, within the database, never the lock page; in a file that starts at TXID 1, which is
 * a full image, every page from 1 on. The encoder and the decoder ask the same rule.
 *
 * @see superfly/ltx `Encoder.EncodePage`; fixtures `bad/snapshot-*`, `bad/page-out-of-order`, `bad/lock-page-included`
 */
export class PageOrder {
  readonly #commit: number
  readonly #lockPage: number
  readonly #isFullImage: boolean
  #last = 0

  constructor(header: Header) {
    this.#commit = header.commit
    this.#lockPage = lockPageNumber(header.pageSize)
    this.#isFullImage = header.minTXID === 1n
  }

  /** What is wrong with this page as the next one; `null` when nothing is. */
  defectOf(pageNumber: number): string | null {
    if (pageNumber === this.#lockPage) return `page ${pageNumber} is the lock page`
    if (pageNumber <= this.#last) return `page ${pageNumber} after page ${this.#last}`
    if (pageNumber > this.#commit) return `page ${pageNumber} in a database of ${this.#commit} pages`
    if (this.#isFullImage && pageNumber !== this.#next()) {
      return `page ${pageNumber} where a full image has page ${this.#next()}`
    }
    return null
  }

  /** The same for consecutive pages, all of them or none. */
  defectOfRun(firstPageNumber: number, lastPageNumber: number): string | null {
    const hasLockPage = firstPageNumber <= this.#lockPage && this.#lockPage <= lastPageNumber
    if (hasLockPage) return `page ${this.#lockPage} is the lock page`
    const defect = this.defectOf(firstPageNumber)
    if (defect !== null || lastPageNumber <= this.#commit) return defect
    return `page ${lastPageNumber} in a database of ${this.#commit} pages`
  }

  /** The same for pages one after the other, all of them or none. */
  defectOfAll(pageNumbers: Iterable<number>): string | null {
    const last = this.#last
    try {
      for (const pageNumber of pageNumbers) {
        const defect = this.defectOf(pageNumber)
        if (defect !== null) return defect
        this.#last = pageNumber
      }
      return null
    } finally {
      this.#last = last
    }
  }

  /** Goes on after a page without defect. */
  accept(pageNumber: number): void {
    this.#last = pageNumber
  }

  /** What is wrong with ending here; `null` when nothing is. */
  defectOfEnd(): string | null {
    if (!this.#isFullImage || this.#next() > this.#commit) return null
    return `full image of ${this.#commit} pages ends before page ${this.#next()}`
  }

  #next(): number {
    const next = this.#last + 1
    return next === this.#lockPage ? next + 1 : next
  }
}
