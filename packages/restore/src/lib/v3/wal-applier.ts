import type { FileHandle } from '@ltx/env'
import {
  CommittedPages,
  decodeWalHeader,
  frameBytes,
  FrameReader,
  isWalError,
  WAL_FRAME_HEADER_BYTES,
  WAL_HEADER_BYTES,
  type WalHeader,
} from '@ltx/wal'
import { PageWriter } from '../page-writer.ts'

/** Frames whose places are kept before they are applied, at the first commit after so many. */
const BATCH_FRAMES_MAX = 16_384

/** Frames are read back in blocks of about so many bytes. */
const BLOCK_BYTES = 1024 * 1024

/** The WAL is not what SQLite wrote. Never leaves this package. */
export class BadWal extends Error {
  override readonly name = 'BadWal'
}

interface Batch {
  readonly start: number
  readonly committed: CommittedPages
}

/**
 * Applies one WAL to a database file, as a checkpoint by SQLite does: the newest committed image of each page, and the length of the
 * last commit. Frames after the last commit are left out. Every frame is proven: one that does not continue the checksum is an error
 * here, not the end of the log, because what Litestream stored had been proven before.
 *
 * The WAL goes into a scratch file first, since a transaction only counts when its last frame is there. Memory is bounded by the pages
 * of 16384 frames, or of the largest transaction: about 100 bytes each.
 */
export class WalApplier {
  readonly #database: FileHandle
  readonly #scratch: FileHandle
  readonly #pageSize: number
  #position = 0
  #head = new Uint8Array(0)
  #header: WalHeader | null = null
  #reader: FrameReader | null = null
  #batch: Batch | null = null
  #batchFrames = 0
  #commit = 0

  /** @param scratch Its content does not matter and is overwritten. */
  constructor(database: FileHandle, scratch: FileHandle, pageSize: number) {
    this.#database = database
    this.#scratch = scratch
    this.#pageSize = pageSize
  }

  /** Bytes of the WAL so far. */
  get position(): number {
    return this.#position
  }

  /**
   * Takes the next bytes. Borrowed until it resolves.
   *
   * @throws {BadWal}
   */
  async push(chunk: Uint8Array): Promise<void> {
    await this.#scratch.write(chunk, this.#position)
    this.#position += chunk.length
    let rest = chunk
    if (this.#reader === null) {
      const head = new Uint8Array(this.#head.length + chunk.length)
      head.set(this.#head)
      head.set(chunk, this.#head.length)
      this.#head = head
      if (head.length < WAL_HEADER_BYTES) return
      this.#begin(readHeader(head, this.#pageSize))
      rest = head.subarray(WAL_HEADER_BYTES)
    }
    const reader = this.#reader
    if (reader === null) throw new Error('invariant broken: the WAL has begun')
    reader.push(rest)
    await this.#takeFrames(reader)
    if (reader.stop !== null) throw new BadWal(describeStop(reader.stop))
  }

  /**
   * The WAL ends here.
   *
   * @param isLast No WAL comes after it: frames after the last commit are a transaction that never ended.
   * @returns Size of the database in pages; `null` when nothing was committed.
   * @throws {BadWal}
   */
  async finish(isLast: boolean): Promise<number | null> {
    const reader = this.#reader
    if (reader === null) throw new BadWal(`it has ${this.#position} bytes, less than a header`)
    reader.finishInput()
    if (reader.stop !== null && reader.stop.reason !== 'end-of-input') {
      throw new BadWal(describeStop(reader.stop))
    }
    const tail = this.#batch?.committed.uncommittedFrames ?? 0
    if (tail > 0 && !isLast)
      throw new BadWal(`its last ${tail} frames belong to a transaction without an end`)
    await this.#apply()
    if (this.#commit === 0) return null
    await this.#database.truncate(this.#commit * this.#pageSize)
    return this.#commit
  }

  #begin(header: WalHeader): void {
    this.#header = header
    this.#head = new Uint8Array(0)
    this.#reader = new FrameReader({ header, offset: WAL_HEADER_BYTES, seed: header.checksum })
    this.#newBatch(this.#reader)
  }

  #newBatch({ offset, checksum }: FrameReader): void {
    this.#batch = { start: offset, committed: new CommittedPages({ offset, seed: checksum }) }
    this.#batchFrames = 0
  }

  async #takeFrames(reader: FrameReader): Promise<void> {
    for (let frame = reader.next(); frame !== null; frame = reader.next()) {
      this.#batch?.committed.add(frame)
      this.#batchFrames++
      if (frame.commit === 0 || this.#batchFrames < BATCH_FRAMES_MAX) continue
      await this.#apply()
      this.#newBatch(reader)
    }
  }

  /** Brings what is committed of the batch into the database. */
  async #apply(): Promise<void> {
    const batch = this.#batch
    if (batch === null || this.#header === null) return
    const { commit, pages, endOffset } = batch.committed.committed()
    if (commit === 0) return
    this.#commit = commit
    const writer = new PageWriter(this.#database, this.#pageSize)
    try {
      const numbers = new Map([...pages].map(([pageNumber, offset]) => [offset, pageNumber]))
      const step = frameBytes(this.#pageSize)
      const framesMax = Math.max(1, Math.floor(BLOCK_BYTES / step))
      const block = new Uint8Array(Math.min(framesMax * step, endOffset - batch.start))
      for (let start = batch.start; start < endOffset; start += block.length) {
        const bytes = block.subarray(0, Math.min(block.length, endOffset - start))
        await this.#scratch.read(bytes, start)
        for (let at = 0; at < bytes.length; at += step) {
          const pageNumber = numbers.get(start + at)
          if (pageNumber === undefined) continue
          writer.add(pageNumber, bytes.subarray(at + WAL_FRAME_HEADER_BYTES, at + step))
          if (writer.isFull) await writer.flush()
        }
      }
      await writer.finish()
    } finally {
      await writer.settle()
    }
  }
}

function readHeader(bytes: Uint8Array, pageSize: number): WalHeader {
  try {
    const result = decodeWalHeader(bytes)
    if (result.kind === 'none') throw new BadWal(`its header is wrong (${result.because})`)
    const { header } = result
    if (header.pageSize === pageSize) return header
    throw new BadWal(`it is of a database with pages of ${header.pageSize} bytes, not ${pageSize}`)
  } catch (error) {
    if (!isWalError(error)) throw error
    throw new BadWal(error.message, { cause: error })
  }
}

function describeStop({ reason, offset }: { readonly reason: string; readonly offset: number }): string {
  return `the frame at byte ${offset} of the WAL is wrong (${reason})`
}
