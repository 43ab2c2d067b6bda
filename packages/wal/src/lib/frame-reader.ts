import { type Kernels, sharedKernels } from '@ltx/kernels'
import { WalError } from './errors.ts'
import { frameBytes, frameIndexAt } from './frame-offset.ts'
import { viewOf } from './view-of.ts'
import { WAL_FRAME_AT, WAL_FRAME_HEADER_BYTES } from './wal-frame-header.ts'
import type { WalHeader } from './wal-header.ts'

/** Where reading starts: at 32 with the header's own checksum, or after a frame with that frame's. */
export interface FrameReaderStart {
  readonly header: WalHeader
  /** Of the first frame, in bytes from the start of the WAL. */
  readonly offset: number
  /** Running checksum just before it. */
  readonly seed: readonly [number, number]
}

export interface FrameReaderLimits {
  /** Stop at the first commit whose end is this many bytes or more after the start; a transaction is never cut. */
  readonly bytesMax?: number | undefined
  readonly kernels?: Kernels | undefined
}

/** A frame with the right salts and a right running checksum. Whether its transaction was committed is not known yet. */
export interface WalFrame {
  /** 1 or more. */
  readonly pageNumber: number
  /** Database size in pages when this frame ends a transaction, else 0. */
  readonly commit: number
  /** Where the frame starts and ends, in bytes from the start of the WAL. */
  readonly offset: number
  readonly endOffset: number
  /** Running checksum after this frame. */
  readonly checksum: readonly [number, number]
  /** The page. Borrowed until the next `push`. */
  readonly page: Uint8Array
}

/**
 * Why there are no more frames. All but `limit` look alike to SQLite, which takes them for the end of the log.
 * `page-number`: the frame is for page 0, which does not exist.
 */
export interface WalStop {
  readonly reason:
    | 'end-of-input'
    | 'short-frame'
    | 'salt-mismatch'
    | 'checksum-mismatch'
    | 'page-number'
    | 'limit'
  /** Of the frame that could not be taken, in bytes from the start of the WAL. */
  readonly offset: number
}

/** Whole frames one after another, of which the first `right` have been proven. */
interface Run {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly right: number
  /** What is wrong with the frame after them; `null` when they are all. */
  readonly wrong: WalStop['reason'] | null
}

/**
 * Reads frames out of the bytes of a WAL, in chunks of any size, as long as they continue the checksum it started with. Push a
 * chunk, then pull frames until `null`; push again, or `finishInput`. Holds at most one partial frame and the last chunk.
 *
 * @throws {WalError} `WAL_BAD_OFFSET` from the constructor, when no frame starts there.
 * @see sqlite.org/fileformat2.html, "WAL File Format"; litestream `WALReader`
 */
export class FrameReader {
  readonly #header: WalHeader
  readonly #kernels: Kernels
  readonly #frameBytes: number
  /** A commit that ends here or later is the last. */
  readonly #limitOffset: number
  #inputOffset: number
  #offset: number
  #checksum: readonly [number, number]
  /** Running checksum after all frames that were proven, delivered or not. */
  #proven: readonly [number, number]
  #runs: Run[] = []
  #indexInRun = 0
  #partial: Uint8Array
  #spare: Uint8Array
  #partialBytes = 0
  #stop: WalStop | null = null

  constructor(start: FrameReaderStart, limits: FrameReaderLimits = {}) {
    if (frameIndexAt(start.offset, start.header.pageSize) === null) {
      throw new WalError(
        'WAL_BAD_OFFSET',
        start.offset,
        `no frame starts here with pages of ${start.header.pageSize}`,
      )
    }
    this.#header = start.header
    this.#kernels = limits.kernels ?? sharedKernels()
    this.#frameBytes = frameBytes(start.header.pageSize)
    this.#limitOffset = start.offset + (limits.bytesMax ?? Infinity)
    this.#inputOffset = start.offset
    this.#offset = start.offset
    this.#checksum = start.seed
    this.#proven = start.seed
    this.#partial = new Uint8Array(this.#frameBytes)
    this.#spare = new Uint8Array(this.#frameBytes)
  }

  /** Where the bytes of the next `push` have to come from. */
  get inputOffset(): number {
    return this.#inputOffset
  }

  /** End of the last frame delivered; the start when there was none. A new reader can go on from here, with `checksum`. */
  get offset(): number {
    return this.#offset
  }

  /** Running checksum at `offset`. */
  get checksum(): readonly [number, number] {
    return this.#checksum
  }

  /** `null` while more input may give more frames. Once set, input is ignored. */
  get stop(): WalStop | null {
    return this.#stop
  }

  /** Takes the next bytes. Borrowed until the next `push`. All frames of the one before must have been pulled. */
  push(chunk: Uint8Array): void {
    if (this.#stop !== null) return
    if (this.#runs.length > 0) throw new Error('frames of the chunk before are still to be pulled')
    this.#inputOffset += chunk.length
    let rest = chunk
    if (this.#partialBytes > 0) {
      const missing = Math.min(this.#frameBytes - this.#partialBytes, rest.length)
      this.#partial.set(rest.subarray(0, missing), this.#partialBytes)
      this.#partialBytes += missing
      rest = rest.subarray(missing)
      if (this.#partialBytes < this.#frameBytes) return
      this.#addRun(this.#partial)
      ;[this.#partial, this.#spare] = [this.#spare, this.#partial] // the full one is borrowed by its frame
      this.#partialBytes = 0
    }
    const wholeBytes = rest.length - (rest.length % this.#frameBytes)
    if (wholeBytes > 0) this.#addRun(rest.subarray(0, wholeBytes))
    this.#partial.set(rest.subarray(wholeBytes))
    this.#partialBytes = rest.length - wholeBytes
  }

  /** The next frame; `null`: push more, or see `stop`. */
  next(): WalFrame | null {
    if (this.#stop !== null) return null
    for (let run = this.#runs[0]; run !== undefined; run = this.#runs[0]) {
      if (this.#indexInRun < run.right) return this.#frameAt(run, this.#indexInRun++)
      if (run.wrong !== null) return this.#stopWith(run.wrong)
      this.#runs.shift()
      this.#indexInRun = 0
    }
    return null
  }

  /** There is no more. Pull the frames first. */
  finishInput(): void {
    if (this.#stop !== null) return
    if (this.#runs.length > 0) throw new Error('frames of the last chunk are still to be pulled')
    this.#stopWith(this.#partialBytes === 0 ? 'end-of-input' : 'short-frame')
  }

  #addRun(bytes: Uint8Array): void {
    const { pageSize, littleEndian, salt1, salt2 } = this.#header
    const chain = this.#kernels.checkWalFrames(this.#proven, bytes, pageSize, littleEndian, salt1, salt2)
    this.#proven = [chain.first, chain.second]
    const view = viewOf(bytes)
    const wrongAt = chain.frames * this.#frameBytes
    const wrong = wrongAt === bytes.length ? null : this.#whatIsWrong(view, wrongAt)
    this.#runs.push({ bytes, view, right: chain.frames, wrong })
  }

  /** In SQLite's order: salts, page number, checksum. */
  #whatIsWrong(view: DataView, start: number): WalStop['reason'] {
    const { salt1, salt2 } = this.#header
    if (view.getUint32(start + WAL_FRAME_AT.salt1) !== salt1) return 'salt-mismatch'
    if (view.getUint32(start + WAL_FRAME_AT.salt2) !== salt2) return 'salt-mismatch'
    return view.getUint32(start + WAL_FRAME_AT.pageNumber) === 0 ? 'page-number' : 'checksum-mismatch'
  }

  #frameAt(run: Run, index: number): WalFrame | null {
    const start = index * this.#frameBytes
    const pageNumber = run.view.getUint32(start + WAL_FRAME_AT.pageNumber)
    if (pageNumber === 0) return this.#stopWith('page-number')
    const commit = run.view.getUint32(start + WAL_FRAME_AT.commit)
    const offset = this.#offset
    const endOffset = offset + this.#frameBytes
    const checksum: readonly [number, number] = [
      run.view.getUint32(start + WAL_FRAME_AT.checksum), // equal to the computed one
      run.view.getUint32(start + WAL_FRAME_AT.checksum + 4),
    ]
    this.#offset = endOffset
    this.#checksum = checksum
    if (commit !== 0 && endOffset >= this.#limitOffset) this.#stopWith('limit')
    const page = run.bytes.subarray(start + WAL_FRAME_HEADER_BYTES, start + this.#frameBytes)
    return { pageNumber, commit, offset, endOffset, checksum, page }
  }

  #stopWith(reason: WalStop['reason']): null {
    this.#stop = { reason, offset: this.#offset }
    this.#runs = []
    return null
  }
}
