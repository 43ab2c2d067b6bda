import type { BlockingFileHandle, BlockingFiles } from '@ltx/env'

const BITS_MIN = 65_536

/**
 * The newest image of each page that changed, in a file where each has its place: as large as the database at most, and a bit a page in
 * memory. Needed only as long as this process lives, so nothing is synced.
 */
export class PageOverlay implements Disposable {
  readonly #handle: BlockingFileHandle
  readonly #pageSize: number
  #bits = new Uint8Array(BITS_MIN / 8)

  /** @param path Of a file that is made. */
  constructor(files: BlockingFiles, path: string, pageSize: number) {
    this.#handle = files.open(path, 'create', { mode: 0o600 })
    this.#pageSize = pageSize
  }

  /** @param bytes Borrowed. */
  write(page: number, bytes: Uint8Array): void {
    this.#handle.write(bytes, (page - 1) * this.#pageSize)
    this.#makeRoom(page)
    const at = page >> 3
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (page & 7))
  }

  has(page: number): boolean {
    return ((this.#bits[page >> 3] ?? 0) & (1 << (page & 7))) !== 0
  }

  /** The first page from `from` to `last` that is here; `null`: none. */
  next(from: number, last: number): number | null {
    const end = Math.min(last, this.#bits.length * 8 - 1)
    for (let page = from; page <= end; page++) {
      if ((page & 7) === 0) while (page <= end && this.#bits[page >> 3] === 0) page += 8
      if (page <= end && this.has(page)) return page
    }
    return null
  }

  /** Fills `target` with a page that is here. */
  read(page: number, target: Uint8Array): void {
    if (this.#handle.read(target, (page - 1) * this.#pageSize) < target.length)
      throw new Error(`invariant broken: page ${page} is not in the overlay`)
  }

  close(): void {
    this.#handle.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #makeRoom(page: number): void {
    const needed = (page >> 3) + 1
    if (needed <= this.#bits.length) return
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bits.length))
    larger.set(this.#bits)
    this.#bits = larger
  }
}
