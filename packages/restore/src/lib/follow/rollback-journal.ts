import type { FileHandle, Files } from '@ltx/env'
import { isPageSize, lockPageNumber } from '@ltx/wal'
import { viewOf } from '../view-of.ts'

/** Of the header, and of what is written at once without being torn, as far as SQLite is concerned. */
const SECTOR_BYTES = 512

const MAGIC = Uint8Array.of(0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7)

const AT = {
  magic: 0, //      8
  records: 8, //    4  how many follow
  nonce: 12, //     4  where the checksums start
  pages: 16, //     4  size of the database before the transaction, in pages
  sector: 20, //    4  the header is padded to this
  pageSize: 24, //  4  bytes
} as const

/** Only every so many bytes go into a checksum, from the end of the page. */
const CHECKSUM_STEP = 200

const BUFFER_BYTES = 256 * 1024

/** What a journal brings back. */
export interface JournalHeader {
  readonly pageSize: number
  /** Size of the database in pages, to which it is cut. */
  readonly pages: number
}

/**
 * Writes a rollback journal as SQLite has it: the images that pages had before a transaction. A complete one beside a database, under
 * the name `NAME-journal`, makes every SQLite that opens the database put those images back first ("hot journal"). So whoever has
 * published a synced journal may change these pages in place: a crash at any moment leaves the old state.
 *
 * @see sqlite.org/fileformat2.html, "The Rollback Journal"
 */
export class JournalWriter {
  readonly #handle: FileHandle
  readonly #header: JournalHeader
  readonly #nonce: number
  readonly #buffer: Uint8Array
  #used = 0
  #position = SECTOR_BYTES
  #records = 0

  /** @param handle Of an empty file. */
  constructor(handle: FileHandle, header: JournalHeader, nonce: number) {
    this.#handle = handle
    this.#header = header
    this.#nonce = nonce >>> 0
    this.#buffer = new Uint8Array(Math.max(BUFFER_BYTES, recordBytes(header.pageSize)))
  }

  /**
   * Each page once; not the lock page, at which SQLite would stop.
   *
   * @param image Borrowed.
   */
  async add(pageNumber: number, image: Uint8Array): Promise<void> {
    const bytes = recordBytes(this.#header.pageSize)
    if (this.#used + bytes > this.#buffer.length) await this.#flush()
    const record = this.#buffer.subarray(this.#used, this.#used + bytes)
    const view = viewOf(record)
    view.setUint32(0, pageNumber)
    record.set(image, 4)
    view.setUint32(bytes - 4, imageChecksum(this.#nonce, image))
    this.#used += bytes
    this.#records++
  }

  /** Everything is durable when it resolves. */
  async finish(): Promise<void> {
    await this.#flush()
    const header = new Uint8Array(SECTOR_BYTES)
    const view = viewOf(header)
    header.set(MAGIC, AT.magic)
    view.setUint32(AT.records, this.#records)
    view.setUint32(AT.nonce, this.#nonce)
    view.setUint32(AT.pages, this.#header.pages)
    view.setUint32(AT.sector, SECTOR_BYTES)
    view.setUint32(AT.pageSize, this.#header.pageSize)
    await this.#handle.write(header, 0)
    await this.#handle.sync()
  }

  async #flush(): Promise<void> {
    await this.#handle.write(this.#buffer.subarray(0, this.#used), this.#position)
    this.#position += this.#used
    this.#used = 0
  }
}

/**
 * Puts back what a journal holds, and removes it, as SQLite does; one that is not complete brings nothing back, since the database was
 * not touched then. To be called only while nobody else can use the database.
 *
 * @param database Of the file at `path`, open for writing.
 * @returns whether there was a journal
 */
export async function rollBack(
  files: Files,
  path: string,
  database: FileHandle,
  directory: string,
): Promise<boolean> {
  const journalPath = `${path}-journal`
  if ((await files.stat(journalPath)) === null) return false
  {
    await using journal = await files.open(journalPath, 'read')
    await playBack(journal, database)
  }
  await files.remove(journalPath)
  await files.syncDirectory(directory)
  return true
}

async function playBack(journal: FileHandle, database: FileHandle): Promise<void> {
  const header = new Uint8Array(SECTOR_BYTES)
  if ((await journal.read(header, 0)) < SECTOR_BYTES) return
  const view = viewOf(header)
  const [pageSize, sector] = [view.getUint32(AT.pageSize), view.getUint32(AT.sector)]
  if (MAGIC.some((byte, index) => header[index] !== byte) || !isPageSize(pageSize)) return
  const record = new Uint8Array(recordBytes(pageSize))
  for (let index = 0; index < view.getUint32(AT.records); index++) {
    if ((await journal.read(record, sector + index * record.length)) < record.length) break
    const pageNumber = viewOf(record).getUint32(0)
    const image = record.subarray(4, 4 + pageSize)
    const found = viewOf(record).getUint32(record.length - 4)
    if (pageNumber === 0 || pageNumber === lockPageNumber(pageSize)) break
    if (found !== imageChecksum(view.getUint32(AT.nonce), image)) break
    await database.write(image, (pageNumber - 1) * pageSize)
  }
  await database.truncate(view.getUint32(AT.pages) * pageSize)
  await database.sync()
}

/** Page number, image, checksum. */
function recordBytes(pageSize: number): number {
  return 4 + pageSize + 4
}

function imageChecksum(nonce: number, image: Uint8Array): number {
  let sum = nonce
  for (let at = image.length - CHECKSUM_STEP; at > 0; at -= CHECKSUM_STEP) sum += image[at] ?? 0
  return sum >>> 0
}
