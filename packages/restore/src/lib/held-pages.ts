/** Bytes of pages that wait for the file that holds their neighbours. */
export const HELD_BYTES_MAX: number = 64 * 1024 * 1024

/** Memory is taken in blocks of this size: a multiple of every page size. */
const BLOCK_BYTES = 1024 * 1024

/**
 * Pages of newer files that are kept in memory until the oldest file of a plan, a whole image, is written: they go into their place
 * among its pages, and a large write takes the place of many small ones.
 */
export class HeldPages {
  readonly #pageSize: number
  readonly #pagesMax: number
  readonly #pages = new Map<number, Uint8Array>()
  /** Memory of pages that were taken. */
  readonly #spare: Uint8Array[] = []
  #block: Uint8Array = new Uint8Array(0)

  constructor(pageSize: number, bytesMax: number = HELD_BYTES_MAX) {
    this.#pageSize = pageSize
    this.#pagesMax = Math.floor(bytesMax / pageSize)
  }

  /** @param page Borrowed: a copy is kept. `false`: there is no room. */
  hold(pageNumber: number, page: Uint8Array): boolean {
    if (this.#pages.size === this.#pagesMax) return false
    const memory = this.#spare.pop() ?? this.#nextOfBlock()
    memory.set(page)
    this.#pages.set(pageNumber, memory)
    return true
  }

  /** The page, which is not held any more: borrowed until the next `hold`. `null` if it was not held. */
  take(pageNumber: number): Uint8Array | null {
    const page = this.#pages.get(pageNumber)
    if (page === undefined) return null
    this.#pages.delete(pageNumber)
    this.#spare.push(page)
    return page
  }

  /** Numbers of the pages that are held, ascending. */
  pageNumbers(): number[] {
    return [...this.#pages.keys()].toSorted((a, b) => a - b)
  }

  #nextOfBlock(): Uint8Array {
    if (this.#block.length === 0) this.#block = new Uint8Array(BLOCK_BYTES)
    const memory = this.#block.subarray(0, this.#pageSize)
    this.#block = this.#block.subarray(this.#pageSize)
    return memory
  }
}
