import type { FileInfo } from '@ltx/client-core'
import type { Clock, FileHandle } from '@ltx/env'
import { formatTxid, type Header } from '@ltx/format'
import { BrokenFile } from './broken-file.ts'
import { HELD_BYTES_MAX, HeldPages } from './held-pages.ts'
import { PageWriter } from './page-writer.ts'
import { PlacedPages } from './placed-pages.ts'

/** The least that a page takes in a file: its header (6 bytes), its size (4) and something. */
const PAGE_FRAME_BYTES_MIN = 11

/**
 * A database of so many bytes goes to the disk past the page cache: copies there would cost more CPU time than decompressing the pages,
 * and as much memory as the database has. A smaller one stays there, for the application that is started next.
 */
const UNCACHED_BYTES_MIN = 128 * 1024 * 1024

/** Decoded page bytes after which other work gets a turn, where no write gives it one. */
const TURN_BYTES = 16 * 1024 * 1024

interface Components {
  readonly handle: FileHandle
  readonly clock: Clock
  /** The whole database is read right after this. */
  readonly isReadNext: boolean
  /** As of `HeldPages`. */
  readonly heldBytesMax?: number | undefined
}

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
  readonly #heldBytesMax: number
  readonly #storedBytes: number
  #parts: Parts | null = null
  #isOldest = false
  #bytesSinceTurn = 0

  /** @param storedBytes Size of all files together: what the claims of their headers are measured by. */
  constructor(components: Components, storedBytes: number) {
    this.#isReadNext = components.isReadNext
    this.#heldBytesMax = components.heldBytesMax ?? HELD_BYTES_MAX
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

  /** Where the next pages may be made, so that they need not be copied. After the first file has begun. */
  room(): Uint8Array {
    if (this.#parts === null) throw new Error('invariant broken: a page comes after its header')
    return this.#parts.writer.room()
  }

  /**
   * Takes pages that lie in the `room()`, one after the other from its start.
   *
   * @param numbers Of the pages, ascending. @returns A promise now and then: wait for it before asking for room again.
   */
  placePages(numbers: Uint32Array): void | Promise<void> {
    const parts = this.#parts
    if (parts === null) throw new Error('invariant broken: a page comes after its header')
    const { writer, header } = parts
    const room = writer.room()
    for (let index = 0; index < numbers.length; index++) {
      if (this.#place(parts, room, numbers[index]!, index)) writer.addMade(numbers[index]!, index)
    }
    this.#bytesSinceTurn += numbers.length * header.pageSize
    if (writer.isFull) {
      this.#bytesSinceTurn = 0
      return writer.flush()
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

  /** Whether the page is to be written from where it lies. A newer one that was held for its place takes it. */
  #place({ header, placed, held }: Parts, room: Uint8Array, pageNumber: number, index: number): boolean {
    const start = index * header.pageSize
    if (placed.place(pageNumber)) {
      return this.#isOldest || !held.hold(pageNumber, room.subarray(start, start + header.pageSize))
    }
    const newer = this.#isOldest ? held.take(pageNumber) : null
    if (newer === null) return false
    room.set(newer, start)
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
    return { header, placed, writer, held: new HeldPages(pageSize, this.#heldBytesMax) }
  }
}
