import type { ChecksumState, FrameRuns, Kernels } from '@ltx/kernels'
import type { ByteReader } from '../bytes/byte-reader.ts'
import { invariant } from '../invariant.ts'
import { RUN_BYTES_MIN } from './pages-ahead.ts'

/** After frames that cannot be decoded in runs, so many bytes are not tried. */
const PAUSE_BYTES = 2 * 1024 * 1024

/**
 * Decompresses the frames at hand off this thread, to where their pages are wanted. The reader then checks each frame in its turn, as
 * if it had decompressed it itself, and calls `finish` after the last.
 */
export class PageRuns {
  readonly #runs: FrameRuns
  readonly #pageSize: number
  /** Where in the file the last frame of the run ends, and the running checksum there. */
  #end = 0
  #sum = 0n
  #notBefore = 0

  constructor(runs: FrameRuns, pageSize: number) {
    this.#runs = runs
    this.#pageSize = pageSize
  }

  /** `null` where the kernels have no runs. */
  static of({ runs }: Kernels, pageSize: number): PageRuns | null {
    return runs === undefined ? null : new PageRuns(runs, pageSize)
  }

  /** @param pagesMax How many pages there is room for. */
  isWorthwhile(input: ByteReader, pagesMax: number): boolean {
    if (input.runBytes < RUN_BYTES_MIN || pagesMax * this.#pageSize < RUN_BYTES_MIN) return false
    return input.position >= this.#notBefore
  }

  /**
   * Neither the input nor the room may be touched before it is done.
   *
   * @param sum The running checksum so far. @returns How many pages lie in `room` now.
   */
  async decode(input: ByteReader, sum: bigint, room: Uint8Array): Promise<number> {
    const run = await this.#runs.decodeFrames(sum, input.run(), this.#pageSize, room)
    this.#end = input.position + run.bytes
    this.#sum = run.sum
    if (run.frames === 0) this.#notBefore = input.position + PAUSE_BYTES // the older kind of frame, or damage
    return run.frames
  }

  /** All frames of the run have been read: the checksum goes on to where they end. */
  finish(input: ByteReader, checksum: ChecksumState): void {
    invariant(input.position === this.#end, 'frames decoded in a run are those that are read')
    checksum.value = this.#sum
  }
}
