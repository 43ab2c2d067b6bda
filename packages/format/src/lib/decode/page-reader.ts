import type { ChecksumState, Kernels } from '@ltx/kernels'
import type { ByteReader } from '../bytes/byte-reader.ts'
import { DatabaseChecksum } from '../checksum/database-checksum.ts'
import { CHECKSUM_FLAG, PAGE_HEADER_BYTES } from '../constants.ts'
import { FormatError } from '../errors.ts'
import type { Header } from '../file/header.ts'
import type { PackedIndex } from '../file/packed-index.ts'
import { BLOCK_FRAME_HEADER_BYTES, blockFrameBytes, readPageHeader } from '../file/page-frame.ts'
import { PageOrder } from '../file/page-order.ts'
import { LZ4_FRAME_HEADER_BYTES_MIN } from '../lz4-frame-header.ts'
import { decodeLz4Frame, lz4FrameExtent } from '../lz4-frame.ts'
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

interface ReadFrame {
  readonly frame: Uint8Array
  readonly data: Uint8Array
}

/** Reads page frames up to and including the six zero bytes that end them. */
export class PageReader {
  readonly #parts: DecoderParts
  readonly #order: PageOrder
  readonly #pageBuffer: () => Uint8Array
  readonly #database: DatabaseChecksum | null
  readonly #ahead: PagesAhead | null

  /** @param pageBuffer As in `DecodeOptions`. */
  constructor(parts: DecoderParts, pageBuffer?: () => Uint8Array) {
    const { header, kernels } = parts
    this.#parts = parts
    this.#order = new PageOrder(header)
    this.#pageBuffer = pageBuffer ?? ownBuffer(header.pageSize)
    const isTrackedImage = header.minTXID === 1n && !header.noChecksum
    this.#database = isTrackedImage ? new DatabaseChecksum(CHECKSUM_FLAG, { kernels }) : null
    this.#ahead = PagesAhead.of(kernels, header.pageSize)
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
    const { input } = this.#parts
    if (!input.ensure(PAGE_HEADER_BYTES)) return 'needs input'
    const offset = input.position
    const { pageNumber, isBlock } = readPageHeader(input.bytes, input.at, offset)
    if (pageNumber === 0) {
      refuseOrder(this.#order.defectOfEnd(), offset)
      this.#consumeIntoChecksum(PAGE_HEADER_BYTES)
      return 'end of pages'
    }
    refuseOrder(this.#order.defectOf(pageNumber), offset)
    const read = isBlock ? this.#nextBlock(pageNumber) : this.#nextOldFrame(this.#pageBuffer())
    if (read === null) return 'needs input'
    const { frame, data } = read
    this.#order.accept(pageNumber)
    this.#database?.toggle(pageNumber, data)
    this.#parts.index.append(pageNumber, frame.length)
    return { kind: 'page', pageNumber, data, frame: isBlock ? frame : null }
  }

  #nextBlock(pageNumber: number): ReadFrame | null {
    const { input, checksum, kernels, header } = this.#parts
    if (!input.ensure(BLOCK_FRAME_HEADER_BYTES)) return null
    const frameBytes = blockFrameBytes(input.bytes, input.at, header.pageSize, input.position)
    if (!input.ensure(frameBytes)) return null
    const frame = input.bytes.subarray(input.at, input.at + frameBytes)
    const ready = this.#ahead?.take(input.position + frameBytes, checksum) ?? null
    const data = ready ?? this.#pageBuffer()
    if (ready === null && !kernels.decodePageFrame(checksum, frame, header.pageSize, data, 0)) {
      throw new FormatError(
        'LTX_BAD_FIELD',
        input.position,
        `page ${pageNumber} does not decompress to a page`,
      )
    }
    input.advance(frameBytes)
    return { frame, data }
  }

  /** The older format says nowhere how long a frame is: follow its blocks as they come in. */
  #nextOldFrame(page: Uint8Array): ReadFrame | null {
    const { input, checksum, kernels, header } = this.#parts
    const offset = input.position + PAGE_HEADER_BYTES
    let extent = { bytes: LZ4_FRAME_HEADER_BYTES_MIN, isWhole: false }
    while (!extent.isWhole) {
      if (!input.ensure(PAGE_HEADER_BYTES + extent.bytes)) return null
      const start = input.at + PAGE_HEADER_BYTES
      extent = lz4FrameExtent(input.bytes.subarray(start, start + extent.bytes), header.pageSize, offset)
    }
    const frame = input.bytes.subarray(input.at, input.at + PAGE_HEADER_BYTES + extent.bytes)
    decodeLz4Frame(kernels, frame.subarray(PAGE_HEADER_BYTES), page, offset)
    this.#consumeIntoChecksum(PAGE_HEADER_BYTES)
    checksum.value = kernels.crc64(checksum.value, page)
    input.advance(extent.bytes)
    return { frame, data: page }
  }

  #consumeIntoChecksum(count: number): void {
    const { input, checksum, kernels } = this.#parts
    checksum.value = kernels.crc64(checksum.value, input.bytes.subarray(input.at, input.at + count))
    input.advance(count)
  }
}

function ownBuffer(pageSize: number): () => Uint8Array {
  const page = new Uint8Array(pageSize)
  return () => page
}

function refuseOrder(defect: string | null, offset: number): void {
  if (defect !== null) throw new FormatError('LTX_PAGE_ORDER', offset, defect)
}
