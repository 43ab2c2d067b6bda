import { sharedKernels, type ChecksumState, type EncodedRun, type Kernels } from '@ltx/kernels'
import { ByteWriter } from '../bytes/byte-writer.ts'
import { viewOf } from '../bytes/view-of.ts'
import { DatabaseChecksum } from '../checksum/database-checksum.ts'
import { CHECKSUM_FLAG, INDEX_SIZE_BYTES, PAGE_HEADER_BYTES, TRAILER_BYTES } from '../constants.ts'
import { encodeHeader, type Header } from '../file/header.ts'
import { PackedIndex } from '../file/packed-index.ts'
import { BLOCK_FRAME_HEADER_BYTES, blockFrameBytesMax, blockFramePageNumber } from '../file/page-frame.ts'
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
  #out = new ByteWriter()
  /** What was lent last, until it takes turns with the other. */
  #lent = new ByteWriter()
  readonly #checksum: ChecksumState = { value: 0n }
  /** Of a full image whose checksums are tracked. */
  readonly #database: DatabaseChecksum | null
  #bytesWritten = 0
  /** What follows the pages, made when it is taken. */
  #tail: Generator<Uint8Array, void, undefined> | null = null
  #tailBytes = 0
  #isFinished = false
  /** Other threads are at work for it. */
  #isBusy = false

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
    this.#database?.toggle(pageNumber, page)
    this.#noteFrame(pageNumber, frameBytes)
  }

  /**
   * Compresses consecutive pages and adds them: the same bytes as {@link FileEncoder.writePage} makes of each. Where the kernels can, other
   * threads do the work.
   *
   * @param pages Whole pages, borrowed until the promise is settled, and no other call on this encoder before it is. Their frames are held
   *   at once: give some megabytes.
   * @throws {RangeError} as {@link FileEncoder.writePage}; no page was added then.
   */
  async writePages(firstPageNumber: number, pages: Uint8Array): Promise<void> {
    const { pageSize } = this.#header
    const count = pages.length / pageSize
    if (!Number.isInteger(count) || !Number.isInteger(firstPageNumber))
      throw new RangeError(`${pages.length} bytes from page ${firstPageNumber} are not pages of ${pageSize}`)
    this.#checkOpen()
    if (count === 0) return
    const defect = this.#order.defectOfRun(firstPageNumber, firstPageNumber + count - 1)
    if (defect !== null) throw new RangeError(defect)
    const pageAt = (index: number): Uint8Array => pages.subarray(index * pageSize, (index + 1) * pageSize)
    const { runs } = this.#kernels
    if (runs === undefined || count === 1) {
      for (let index = 0; index < count; index++) this.writePage(firstPageNumber + index, pageAt(index))
      return
    }
    const { target, sizes } = this.#roomFor(count)
    this.#isBusy = true
    try {
      const start = this.#out.length
      const { value } = this.#checksum
      const run = await runs.encodeFrames(value, firstPageNumber, pages, pageSize, target, start, sizes)
      this.#noteRun(run)
    } finally {
      this.#isBusy = false
    }
    this.#noteFrames((index) => firstPageNumber + index, pageAt, sizes)
  }

  /**
   * Compresses pages that lie anywhere in a buffer and adds them.
   *
   * @param numbers Of the pages, ascending. @param source Borrowed. @param offsets Where in it each of them starts. Their frames are held at
   *   once: give some hundred pages.
   * @throws {RangeError} as {@link FileEncoder.writePage}; no page was added then.
   */
  writeScattered(numbers: Uint32Array, source: Uint8Array, offsets: Uint32Array): void {
    const { pageSize } = this.#header
    const count = numbers.length
    if (offsets.length !== count) throw new RangeError(`${count} pages in ${offsets.length} places`)
    const pageAt = (index: number): Uint8Array => {
      const offset = offsets[index] ?? 0
      return source.subarray(offset, offset + pageSize)
    }
    this.#checkOpen()
    const isInside = offsets.every((offset) => offset + pageSize <= source.length)
    const defect = isInside ? this.#order.defectOfAll(numbers) : 'a page is not inside the source'
    if (defect !== null) throw new RangeError(defect)
    const { runs } = this.#kernels
    if (runs === undefined) {
      for (const [index, pageNumber] of numbers.entries()) this.writePage(pageNumber, pageAt(index))
      return
    }
    const { target, sizes } = this.#roomFor(count)
    const start = this.#out.length
    const { value } = this.#checksum
    this.#noteRun(runs.encodeScattered(value, numbers, source, offsets, pageSize, target, start, sizes))
    this.#noteFrames((index) => numbers[index] ?? 0, pageAt, sizes)
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
    this.#database?.toggle(pageNumber, page)
    this.#noteFrame(pageNumber, frame.length)
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
    this.#checkIdle()
    this.#gather(bytesWanted)
    return this.#out.take()
  }

  /**
   * All encoded bytes there are, borrowed until the next `lend`, whatever is written meanwhile: for a caller that writes them away and wants
   * no new buffer for every megabyte.
   */
  lend(): Uint8Array {
    this.#checkIdle()
    this.#gather(Number.POSITIVE_INFINITY)
    const bytes = this.#out.lend()
    ;[this.#out, this.#lent] = [this.#lent, this.#out]
    return bytes
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

  /** For so many frames: from the end of the bytes that wait, and for their sizes. */
  #roomFor(count: number): { readonly target: Uint8Array; readonly sizes: Uint32Array } {
    const target = this.#out.reserve(count * blockFrameBytesMax(this.#header.pageSize))
    return { target, sizes: new Uint32Array(count) }
  }

  #noteRun({ bytes, sum }: EncodedRun): void {
    this.#checksum.value = sum
    this.#out.commit(bytes)
  }

  #noteFrames(
    numberAt: (index: number) => number,
    pageAt: (index: number) => Uint8Array,
    sizes: Uint32Array,
  ): void {
    for (let index = 0; index < sizes.length; index++) {
      this.#database?.toggle(numberAt(index), pageAt(index))
      this.#noteFrame(numberAt(index), sizes[index] ?? 0)
    }
  }

  #noteFrame(pageNumber: number, frameBytes: number): void {
    this.#order.accept(pageNumber)
    this.#index.append(pageNumber, frameBytes)
    this.#bytesWritten += frameBytes
  }

  #checkOpen(): void {
    this.#checkIdle()
    if (this.#isFinished) throw new TypeError('the file is finished')
  }

  #checkIdle(): void {
    if (this.#isBusy) throw new TypeError('pages are being compressed')
  }
}
