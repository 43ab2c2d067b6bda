import { sharedKernels, type ChecksumState, type Kernels } from '@ltx/kernels'
import { ByteWriter } from '../bytes/byte-writer.ts'
import { readUint32 } from '../bytes/read-uint.ts'
import { viewOf } from '../bytes/view-of.ts'
import { DatabaseChecksum } from '../checksum/database-checksum.ts'
import { CHECKSUM_FLAG, INDEX_SIZE_BYTES, PAGE_HEADER_BYTES, TRAILER_BYTES } from '../constants.ts'
import { encodeHeader, type Header } from '../file/header.ts'
import { PackedIndex } from '../file/packed-index.ts'
import {
  BLOCK_FRAME_HEADER_BYTES,
  blockFrameBytes,
  blockFrameBytesMax,
  readPageHeader,
} from '../file/page-frame.ts'
import { PageOrder } from '../file/page-order.ts'
import type { KernelOptions } from '../kernel-options.ts'
import { checksummedTrailer, encodeTrailer, postApplyDefect, type Trailer } from '../file/trailer.ts'

/**
 * Makes one LTX file, page by page, without I/O. Encoded bytes gather inside until `take` hands them out; besides them it
 * holds 2 to 9 bytes a page for the index.
 *
 * A call that throws leaves the encoder as it was before.
 */
export class FileEncoder {
  readonly #header: Header
  readonly #kernels: Kernels
  readonly #order: PageOrder
  readonly #index = new PackedIndex()
  readonly #out = new ByteWriter()
  readonly #checksum: ChecksumState = { value: 0n }
  /** Of a full image whose checksums are tracked. */
  readonly #database: DatabaseChecksum | null
  #bytesWritten = 0
  /** What follows the pages, made when it is taken. */
  #tail: Generator<Uint8Array, void, undefined> | null = null
  #tailBytes = 0
  #isFinished = false

  /** @throws {FormatError} `LTX_BAD_FIELD` when the header may not be written. */
  constructor(header: Header, options: KernelOptions = {}) {
    const bytes = encodeHeader(header)
    this.#header = header
    this.#kernels = options.kernels ?? sharedKernels()
    this.#order = new PageOrder(header)
    const isTrackedImage = header.minTXID === 1n && !header.noChecksum
    this.#database = isTrackedImage ? new DatabaseChecksum(CHECKSUM_FLAG, { kernels: this.#kernels }) : null
    this.#checksum.value = this.#kernels.crc64(0n, bytes)
    this.#out.write(bytes)
    this.#bytesWritten = bytes.length
  }

  /** Bytes that wait for {@link FileEncoder.take}. */
  get pendingBytes(): number {
    return this.#out.length + this.#tailBytes
  }

  /** Bytes of the file so far, taken or not. */
  get bytesWritten(): number {
    return this.#bytesWritten
  }

  /**
   * Compresses a page and adds it.
   *
   * @param page Exactly `pageSize` bytes, borrowed.
   * @throws {RangeError} for a page of another size, out of order, above the commit, or the lock page; and, in a full image
   *   (min TXID 1), when it is not the page after the last.
   */
  writePage(pageNumber: number, page: Uint8Array): void {
    this.#checkPage(pageNumber, page)
    const target = this.#out.reserve(blockFrameBytesMax(page.length))
    const frameBytes = this.#kernels.encodePageFrame(
      this.#checksum,
      pageNumber,
      page,
      target,
      this.#out.length,
    )
    this.#out.commit(frameBytes)
    this.#noteFrame(pageNumber, page, frameBytes)
  }

  /**
   * Compresses consecutive pages and adds them: the same bytes as {@link FileEncoder.writePage} makes of each, in less time where the
   * kernels can use several threads.
   *
   * @param pages Whole pages, borrowed. Their frames are held at once: give some megabytes.
   * @throws {RangeError} as {@link FileEncoder.writePage}; no page was added then.
   */
  writePages(firstPageNumber: number, pages: Uint8Array): void {
    const { pageSize } = this.#header
    const count = pages.length / pageSize
    if (!Number.isInteger(count) || !Number.isInteger(firstPageNumber))
      throw new RangeError(`${pages.length} bytes from page ${firstPageNumber} are not pages of ${pageSize}`)
    this.#checkOpen()
    if (count === 0) return
    const defect = this.#order.defectOfRun(firstPageNumber, firstPageNumber + count - 1)
    if (defect !== null) throw new RangeError(defect)
    const { runs } = this.#kernels
    const frameBytes = new Uint32Array(count)
    if (runs !== undefined && count > 1) {
      const target = this.#out.reserve(count * blockFrameBytesMax(pageSize))
      const { value } = this.#checksum
      const start = this.#out.length
      const run = runs.encodeFrames(value, firstPageNumber, pages, pageSize, target, start, frameBytes)
      this.#checksum.value = run.sum
      this.#out.commit(run.bytes)
    }
    for (let i = 0; i < count; i++) {
      const page = pages.subarray(i * pageSize, (i + 1) * pageSize)
      if (frameBytes[i] === 0) this.writePage(firstPageNumber + i, page)
      else this.#noteFrame(firstPageNumber + i, page, frameBytes[i] ?? 0)
    }
  }

  /**
   * Adds a page whose frame is already made, as another file holds it.
   *
   * @param frame A whole frame with flag bit 0 (`DecoderEvent.frame`), borrowed. @param page The page inside it, borrowed; that
   *   it is this one is not checked here.
   * @throws {RangeError} as {@link FileEncoder.writePage}, and for anything that is not one frame of block format.
   */
  copyFrame(frame: Uint8Array, page: Uint8Array): void {
    const pageNumber = blockFramePageNumber(frame, this.#header.pageSize)
    this.#checkPage(pageNumber, page)
    const head = frame.subarray(0, BLOCK_FRAME_HEADER_BYTES)
    this.#checksum.value = this.#kernels.crc64(this.#kernels.crc64(this.#checksum.value, head), page)
    this.#out.write(frame)
    this.#noteFrame(pageNumber, page, frame.length)
  }

  /**
   * Ends the file; `take` the rest after it.
   *
   * @param postApplyChecksum Of the database after this file. Required when checksums are tracked and min TXID is not 1; a
   *   full image knows it itself (and refuses another). Absent or 0n with `noChecksum`.
   * @throws {RangeError} for a wrong checksum, and for a full image whose last pages are missing.
   */
  finish(postApplyChecksum?: bigint): Trailer {
    this.#checkOpen()
    const defect = this.#order.defectOfEnd()
    if (defect !== null) throw new RangeError(defect)
    const ofPages = this.#database?.value ?? null
    const postApply = postApplyChecksum ?? ofPages ?? (this.#header.commit === 0 ? CHECKSUM_FLAG : 0n)
    const wrong = postApplyDefect(this.#header, postApply, ofPages)
    if (wrong !== null) throw new RangeError(wrong)
    for (const piece of this.#tailPieces()) this.#addToChecksum(piece)
    this.#addToChecksum(checksummedTrailer(encodeTrailer({ postApplyChecksum: postApply, fileChecksum: 0n })))
    const trailer = { postApplyChecksum: postApply, fileChecksum: CHECKSUM_FLAG | this.#checksum.value }
    this.#tailBytes = PAGE_HEADER_BYTES + this.#index.indexBytes + INDEX_SIZE_BYTES + TRAILER_BYTES
    this.#bytesWritten += this.#tailBytes
    this.#tail = this.#tailPieces(trailer)
    this.#isFinished = true
    return trailer
  }

  /**
   * Hands out encoded bytes, owned by the caller: all there are, or, with `bytesWanted`, no more of the page index than is
   * needed to have that many. Take until `pendingBytes` is 0.
   */
  take(bytesWanted: number = Number.POSITIVE_INFINITY): Uint8Array {
    this.#gather(bytesWanted)
    return this.#out.take()
  }

  /**
   * All encoded bytes there are, borrowed until the next call on this encoder: for a caller that writes them away at once and wants
   * no new buffer for every megabyte.
   */
  lend(): Uint8Array {
    this.#gather(Number.POSITIVE_INFINITY)
    return this.#out.lend()
  }

  #gather(bytesWanted: number): void {
    if (bytesWanted >= this.pendingBytes) this.#out.reserve(this.#tailBytes)
    while (this.#tail !== null && this.#out.length < bytesWanted) {
      const next = this.#tail.next()
      if (next.done === true) {
        this.#tail = null
        break
      }
      this.#out.write(next.value)
      this.#tailBytes -= next.value.length
    }
  }

  *#tailPieces(trailer?: Trailer): Generator<Uint8Array, void, undefined> {
    yield new Uint8Array(PAGE_HEADER_BYTES)
    yield* this.#index.pieces()
    const size = new Uint8Array(INDEX_SIZE_BYTES)
    viewOf(size).setBigUint64(0, BigInt(this.#index.indexBytes))
    yield size
    if (trailer !== undefined) yield encodeTrailer(trailer)
  }

  #addToChecksum(bytes: Uint8Array): void {
    this.#checksum.value = this.#kernels.crc64(this.#checksum.value, bytes)
  }

  #checkPage(pageNumber: number, page: Uint8Array): void {
    this.#checkOpen()
    if (page.length !== this.#header.pageSize) {
      throw new RangeError(`page of ${page.length} bytes in a file of ${this.#header.pageSize}`)
    }
    if (!Number.isInteger(pageNumber)) throw new RangeError(`page number ${pageNumber}`)
    const defect = this.#order.defectOf(pageNumber)
    if (defect !== null) throw new RangeError(defect)
  }

  #noteFrame(pageNumber: number, page: Uint8Array, frameBytes: number): void {
    this.#order.accept(pageNumber)
    this.#database?.toggle(pageNumber, page)
    this.#index.append(pageNumber, frameBytes)
    this.#bytesWritten += frameBytes
  }

  #checkOpen(): void {
    if (this.#isFinished) throw new TypeError('the file is finished')
  }
}

function blockFramePageNumber(frame: Uint8Array, pageSize: number): number {
  if (frame.length <= BLOCK_FRAME_HEADER_BYTES) throw new RangeError(`frame of ${frame.length} bytes`)
  let isOneFrame: boolean
  try {
    const { isBlock } = readPageHeader(frame, 0, 0)
    isOneFrame = isBlock && blockFrameBytes(frame, 0, pageSize, 0) === frame.length
  } catch (cause) {
    throw new RangeError('not a page frame', { cause })
  }
  if (!isOneFrame) throw new RangeError('not one page frame of block format')
  return readUint32(frame, 0)
}
