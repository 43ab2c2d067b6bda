import type { FileInfo } from '@ltx/client-core'
import type { Clock, FileHandle } from '@ltx/env'
import { formatTxid, type Header } from '@ltx/format'
import { BrokenFile } from './broken-file.ts'
import { HeldPages } from './held-pages.ts'
import { PageWriter } from './page-writer.ts'
import { PlacedPages } from './placed-pages.ts'

/** The least that a page takes in a file: its header (6 bytes), its size (4) and something. */
const PAGE_FRAME_BYTES_MIN = 11

/**
 * A database of so many bytes goes to the disk past the page cache: copies there would cost more CPU time than decompressing the pages,
 * and as much memory as the database has. A smaller one stays there, for the application that is started next.
 */
const UNCACHED_BYTES_MIN = 256 * 1024 * 1024

/** Decoded page bytes after which other work gets a turn, where no write gives it one. */
const TURN_BYTES = 16 * 1024 * 1024

interface Parts {
  readonly header: Header
  readonly placed: PlacedPages
  readonly writer: PageWriter
  readonly held: HeldPages
}

/**
 * Takes the pages of LTX files, newest file first, and writes each page of the database once: older images, pages beyond the end and
 * the lock page are skipped. The newest file decides page size and length.
 */
export class DatabaseBuilder {
  readonly #handle: FileHandle
  readonly #clock: Clock
  readonly #isReadNext: boolean
  readonly #storedBytes: number
  #parts: Parts | null = null
  #isOldest = false
  #bytesSinceTurn = 0

  /** @param storedBytes Size of all files together: what the claims of their headers are measured by. */
  constructor(
    components: { readonly handle: FileHandle; readonly clock: Clock; readonly isReadNext: boolean },
    storedBytes: number,
  ) {
    this.#isReadNext = components.isReadNext
    this.#handle = components.handle
    this.#clock = components.clock
    this.#storedBytes = storedBytes
  }

  /** Of the newest file, `null` before it has begun. */
  get header(): Header | null {
    return this.#parts?.header ?? null
  }

  get pagesWritten(): number {
    return this.#parts?.placed.count ?? 0
  }

  /** No page is missing: older files have nothing to add. */
  get isComplete(): boolean {
    return this.#parts?.placed.isComplete ?? false
  }

  /** The first page that no file had so far; `null` when there is none. */
  firstMissing(): number | null {
    return this.#parts?.placed.firstMissing() ?? null
  }

  /**
   * @param isOldest No file comes after this one: pages that were held for it go among its own.
   * @throws {BrokenFile} this is not the file its name says, or does not go with the newer ones
   */
  beginFile(file: FileInfo, header: Header, isOldest: boolean): void {
    if (header.minTXID !== file.minTXID || header.maxTXID !== file.maxTXID) {
      const found = `${formatTxid(header.minTXID)} to ${formatTxid(header.maxTXID)}`
      throw new BrokenFile(file, `its header is that of the transactions ${found}`)
    }
    this.#isOldest = isOldest
    if (this.#parts === null) this.#parts = this.#start(file, header)
    const { pageSize } = this.#parts.header
    if (header.pageSize !== pageSize) {
      throw new BrokenFile(file, `its page size is ${header.pageSize}, that of the newest file ${pageSize}`)
    }
  }

  /** Where the next page may be made, so that it need not be copied. After the first file has begun. */
  room(): Uint8Array {
    if (this.#parts === null) throw new Error('invariant broken: a page comes after its header')
    return this.#parts.writer.room()
  }

  /**
   * @param page Borrowed. Best made in the `room()`.
   * @returns A promise now and then: wait for it before the next page.
   */
  placePage(pageNumber: number, page: Uint8Array): void | Promise<void> {
    const parts = this.#parts
    if (parts === null) throw new Error('invariant broken: a page comes after its header')
    this.#bytesSinceTurn += page.length
    if (this.#place(parts, pageNumber, page) && parts.writer.isFull) {
      this.#bytesSinceTurn = 0
      return parts.writer.flush()
    }
    if (this.#bytesSinceTurn < TURN_BYTES) return
    this.#bytesSinceTurn = 0
    return this.#clock.sleep(0)
  }

  /** Everything placed is written (not synced) when it resolves. */
  async finish(): Promise<void> {
    if (this.#parts === null) return
    const { held, writer } = this.#parts
    for (const pageNumber of held.pageNumbers()) {
      const page = held.take(pageNumber)
      if (page !== null) writer.add(pageNumber, page)
      if (writer.isFull) await writer.flush()
    }
    await writer.finish()
  }

  /** Resolves when no write is under way, whether they succeeded or not. */
  async settle(): Promise<void> {
    await this.#parts?.writer.settle()
  }

  /** Whether a page went to the writer. */
  #place({ placed, writer, held }: Parts, pageNumber: number, page: Uint8Array): boolean {
    if (!placed.place(pageNumber)) {
      const newer = this.#isOldest ? held.take(pageNumber) : null
      if (newer === null) return false
      writer.add(pageNumber, newer)
      return true
    }
    if (!this.#isOldest && held.hold(pageNumber, page)) return false
    writer.add(pageNumber, page)
    return true
  }

  #start(file: FileInfo, header: Header): Parts {
    const { commit, pageSize } = header
    if ((commit - 1) * PAGE_FRAME_BYTES_MIN > this.#storedBytes) {
      throw new BrokenFile(file, `it claims ${commit} pages, more than all planned files together can hold`)
    }
    const placed = new PlacedPages(commit, pageSize)
    const uncached = !this.#isReadNext && commit * pageSize >= UNCACHED_BYTES_MIN
    const writer = new PageWriter(this.#handle, pageSize, { uncached })
    return { header, placed, writer, held: new HeldPages() }
  }
}
