import type { ChecksumState, FrameRuns, Kernels } from '@ltx/kernels'
import type { ByteReader } from '../bytes/byte-reader.ts'
import { invariant } from '../invariant.ts'

/**
 * Fewer bytes of frames than these are decoded page by page: the trip to another thread costs more. Larger than any frame, so that a
 * frame that is not whole yet never looks like a run.
 */
export const RUN_BYTES_MIN: number = 128 * 1024

/**
 * With fewer cores the trip to another thread is not worth it: on two, a restore took a fifth more CPU time for it and was no sooner
 * done. The reader's own thread has less than half of the work then, so with free cores it is.
 */
const CORES_MIN = 4

/** Pages that are decoded at once, in bytes. A frame may claim much and be small, so this bounds the memory. */
const AHEAD_BYTES = 2 * 1024 * 1024

/**
 * Pages of a file that were decompressed before their frames were looked at, a run at a time and off this thread. The reader still
 * checks each frame in its turn and takes its page from here instead of decompressing it: so nothing else changes, errors included.
 */
export class PagesAhead {
  readonly #runs: FrameRuns
  readonly #pageSize: number
  #pages: Uint8Array = new Uint8Array(0)
  #count = 0
  #next = 0
  /** Where in the file the last of them ends, and the running checksum there. */
  #end = 0
  #sum = 0n
  /** Not worth another try before this place in the file. */
  #notBefore = 0

  constructor(runs: FrameRuns, pageSize: number) {
    this.#runs = runs
    this.#pageSize = pageSize
  }

  /** `null` where it would gain nothing. */
  static of({ runs }: Kernels, pageSize: number): PagesAhead | null {
    return runs === undefined || runs.cores < CORES_MIN ? null : new PagesAhead(runs, pageSize)
  }

  /** Nothing is left from the last run, and the input has enough for another. */
  isWorthwhile(input: ByteReader): boolean {
    return this.#next === this.#count && input.runBytes >= RUN_BYTES_MIN && input.position >= this.#notBefore
  }

  /** Decodes what it can of the frames at hand. The input may not be touched before it is done. */
  async decode(input: ByteReader, checksum: Readonly<ChecksumState>): Promise<void> {
    if (this.#pages.length === 0) this.#pages = new Uint8Array(AHEAD_BYTES)
    const run = await this.#runs.decodeFrames(checksum.value, input.run(), this.#pageSize, this.#pages)
    this.#count = run.frames
    this.#next = 0
    this.#end = input.position + run.bytes
    this.#sum = run.sum
    if (run.frames === 0) this.#notBefore = input.position + AHEAD_BYTES // the older kind of frame, or damage
  }

  /** The page of the frame that comes next, borrowed until the next {@link PagesAhead.decode}; `null`: it is not decoded. */
  first(): Uint8Array | null {
    if (this.#next === this.#count) return null
    const start = this.#next * this.#pageSize
    return this.#pages.subarray(start, start + this.#pageSize)
  }

  /**
   * Goes on to the one after it. With the last one `checksum` goes on to where that ends.
   *
   * @param frameEnd Where the frame ends in the file.
   */
  take(frameEnd: number, checksum: ChecksumState): void {
    if (++this.#next < this.#count) return
    invariant(frameEnd === this.#end, 'frames decoded ahead are those that are read')
    checksum.value = this.#sum
  }
}
