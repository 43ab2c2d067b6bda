import type { ChecksumState, Kernels } from '@ltx/kernels'
import type { ByteReader } from '../bytes/byte-reader.ts'
import { DatabaseChecksum } from '../checksum/database-checksum.ts'
import { CHECKSUM_FLAG, PAGE_HEADER_BYTES } from '../constants.ts'
import { FormatError } from '../errors.ts'
import type { Header } from '../file/header.ts'
import type { PackedIndex } from '../file/packed-index.ts'
import { BLOCK_FRAME_HEADER_BYTES, blockFrameBytes, readPageHeader } from '../file/page-frame.ts'
import { PageOrder } from '../file/page-order.ts'
import { invariant } from '../invariant.ts'
import { LZ4_FRAME_HEADER_BYTES_MIN } from '../lz4-frame-header.ts'
import { decodeLz4Frame, lz4FrameExtent } from '../lz4-frame.ts'
import { PageRuns } from './page-runs.ts'
import { PagesAhead } from './pages-ahead.ts'

/** A page of the file, in order. */
export interface PageEvent {
  readonly kind: 'page'
  readonly pageNumber: number
  /** `pageSize` bytes, borrowed until the next `pull` or `push`. */
  readonly data: Uint8Array
  /** The page's frame in block format, borrowed like `data`; `null` for the older LZ4-frame format. */
  readonly frame: Uint8Array | null
}

/** What the decoder's parts share. */
export interface DecoderParts {
  readonly header: Header
  readonly kernels: Kernels
  readonly input: ByteReader
  /** Of the file so far. */
  readonly checksum: ChecksumState
  readonly index: PackedIndex
}

/** What may come instead of a page; page numbers are larger. */
const NEEDS_INPUT = -1
const END_OF_PAGES = 0

/** Reads page frames up to and including the six zero bytes that end them. */
export class PageReader {
  readonly #parts: DecoderParts
  readonly #order: PageOrder
  readonly #page: Uint8Array
  readonly #database: DatabaseChecksum | null
  readonly #ahead: PagesAhead | null
  readonly #runs: PageRuns | null
  #isAtEnd = false

  constructor(parts: DecoderParts) {
    const { header, kernels } = parts
    this.#parts = parts
    this.#order = new PageOrder(header)
    this.#page = new Uint8Array(header.pageSize)
    const isTrackedImage = header.minTXID === 1n && !header.noChecksum
    this.#database = isTrackedImage ? new DatabaseChecksum(CHECKSUM_FLAG, { kernels }) : null
    this.#ahead = PagesAhead.of(kernels, header.pageSize)
    this.#runs = PageRuns.of(kernels, header.pageSize)
  }

  /** Whether {@link PageReader.decodeAhead} would gain anything. */
  get canDecodeAhead(): boolean {
    return this.#ahead?.isWorthwhile(this.#parts.input) ?? false
  }

  /** Decodes the frames at hand before they are asked for. Nothing else may be called before it is done. */
  async decodeAhead(): Promise<void> {
    await this.#ahead?.decode(this.#parts.input, this.#parts.checksum)
  }

  /** Checksum of all pages so far, for a full image whose checksums are tracked; else `null`. */
  get databaseChecksum(): bigint | null {
    return this.#database?.value ?? null
  }

  /** @throws {FormatError} every code but `LTX_BAD_MAGIC` and `LTX_TRUNCATED`. */
  next(): PageEvent | 'needs input' | 'end of pages' {
    const { input, checksum } = this.#parts
    const start = input.position
    const ready = this.#ahead?.first() ?? null
    const data = ready ?? this.#page
    const pageNumber = this.#read(data, 0, ready !== null)
    if (pageNumber === NEEDS_INPUT) return 'needs input'
    if (pageNumber === END_OF_PAGES) return 'end of pages'
    if (ready !== null) this.#ahead?.take(input.position, checksum)
    const frame = input.bytes.subarray(input.at - (input.position - start), input.at)
    return { kind: 'page', pageNumber, data, frame: readPageHeader(frame, 0, start).isBlock ? frame : null }
  }

  /**
   * Reads pages to `room`, one after the other from its start, and their numbers to `numbers`, as long as there is room and input. On
   * other threads where the kernels can. Nothing else may be called before it is done.
   *
   * @returns How many. 0: `next` says why. @throws {FormatError} as `next`; pages before the one that is wrong are lost then.
   */
  async readRun(room: Uint8Array, numbers: Uint32Array): Promise<number> {
    const { input, checksum, header } = this.#parts
    const { pageSize } = header
    const countMax = Math.min(numbers.length, Math.floor(room.length / pageSize))
    let count = 0
    let decoded = 0
    while (count < countMax) {
      if (count >= decoded && this.#runs?.isWorthwhile(input, countMax - count) === true) {
        const rest = room.subarray(count * pageSize, countMax * pageSize)
        decoded = count + (await this.#runs.decode(input, checksum.value, rest))
      }
      const pageNumber = this.#read(room, count * pageSize, count < decoded)
      if (pageNumber === NEEDS_INPUT || pageNumber === END_OF_PAGES) {
        invariant(count >= decoded, 'a frame that was decoded in a run is whole')
        break
      }
      numbers[count++] = pageNumber
      if (count === decoded) this.#runs?.finish(input, checksum)
    }
    return count
  }

  /**
   * Consumes the next frame. Its page goes to `target` at `start`, or is there already.
   *
   * @returns Its number, {@link NEEDS_INPUT} or {@link END_OF_PAGES}.
   */
  #read(target: Uint8Array, start: number, isDecoded: boolean): number {
    const { input, index, header } = this.#parts
    if (this.#isAtEnd) return END_OF_PAGES
    if (!input.ensure(PAGE_HEADER_BYTES)) return NEEDS_INPUT
    const offset = input.position
    const { pageNumber, isBlock } = readPageHeader(input.bytes, input.at, offset)
    if (pageNumber === 0) {
      refuseOrder(this.#order.defectOfEnd(), offset)
      this.#consumeIntoChecksum(PAGE_HEADER_BYTES)
      this.#isAtEnd = true
      return END_OF_PAGES
    }
    refuseOrder(this.#order.defectOf(pageNumber), offset)
    const isRead = isBlock
      ? this.#readBlock(pageNumber, target, start, isDecoded)
      : this.#readOldFrame(target.subarray(start, start + header.pageSize))
    if (!isRead) return NEEDS_INPUT
    this.#order.accept(pageNumber)
    this.#database?.toggle(pageNumber, target.subarray(start, start + header.pageSize))
    index.append(pageNumber, input.position - offset)
    return pageNumber
  }

  /** False: more input is needed. */
  #readBlock(pageNumber: number, target: Uint8Array, start: number, isDecoded: boolean): boolean {
    const { input, checksum, kernels, header } = this.#parts
    if (!input.ensure(BLOCK_FRAME_HEADER_BYTES)) return false
    const frameBytes = blockFrameBytes(input.bytes, input.at, header.pageSize, input.position)
    if (!input.ensure(frameBytes)) return false
    if (!isDecoded) {
      const frame = input.bytes.subarray(input.at, input.at + frameBytes)
      if (!kernels.decodePageFrame(checksum, frame, header.pageSize, target, start)) {
        throw new FormatError(
          'LTX_BAD_FIELD',
          input.position,
          `page ${pageNumber} does not decompress to a page`,
        )
      }
    }
    input.advance(frameBytes)
    return true
  }

  /** The older format says nowhere how long a frame is: follow its blocks as they come in. False: more input is needed. */
  #readOldFrame(page: Uint8Array): boolean {
    const { input, checksum, kernels, header } = this.#parts
    const offset = input.position + PAGE_HEADER_BYTES
    let extent = { bytes: LZ4_FRAME_HEADER_BYTES_MIN, isWhole: false }
    while (!extent.isWhole) {
      if (!input.ensure(PAGE_HEADER_BYTES + extent.bytes)) return false
      const start = input.at + PAGE_HEADER_BYTES
      extent = lz4FrameExtent(input.bytes.subarray(start, start + extent.bytes), header.pageSize, offset)
    }
    const start = input.at + PAGE_HEADER_BYTES
    decodeLz4Frame(kernels, input.bytes.subarray(start, start + extent.bytes), page, offset)
    this.#consumeIntoChecksum(PAGE_HEADER_BYTES)
    checksum.value = kernels.crc64(checksum.value, page)
    input.advance(extent.bytes)
    return true
  }

  #consumeIntoChecksum(count: number): void {
    const { input, checksum, kernels } = this.#parts
    checksum.value = kernels.crc64(checksum.value, input.bytes.subarray(input.at, input.at + count))
    input.advance(count)
  }
}

function refuseOrder(defect: string | null, offset: number): void {
  if (defect !== null) throw new FormatError('LTX_PAGE_ORDER', offset, defect)
}
