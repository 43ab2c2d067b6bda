/** Bytes of pages that wait for the file that holds their neighbours. */
export const HELD_BYTES_MAX: number = 32 * 1024 * 1024

/**
 * Pages of newer files that are kept in memory until the oldest file of a plan, a whole image, is written: they go into their place
 * among its pages, and a large write takes the place of many small ones.
 */
export class HeldPages {
  readonly #pages = new Map<number, Uint8Array>()
  #bytes = 0

  /** @param page Borrowed: a copy is kept. `false`: there is no room. */
  hold(pageNumber: number, page: Uint8Array): boolean {
    if (this.#bytes + page.length > HELD_BYTES_MAX) return false
    this.#bytes += page.length
    this.#pages.set(pageNumber, page.slice())
    return true
  }

  /** Hands a page out for good; `null` if it is not held. */
  take(pageNumber: number): Uint8Array | null {
    const page = this.#pages.get(pageNumber)
    if (page === undefined) return null
    this.#pages.delete(pageNumber)
    this.#bytes -= page.length
    return page
  }

  /** Numbers of the pages that are held, ascending. */
  pageNumbers(): number[] {
    return [...this.#pages.keys()].toSorted((a, b) => a - b)
  }
}
