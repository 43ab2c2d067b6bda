import type { CheckpointResult } from './run-checkpoint.ts'

/** A flood: the WAL grows by more than this many times `minCheckpointPageCount` a second. */
const FLOOD_FACTOR = 20

/** After a checkpoint that writers were too fast for, the WAL becomes so many times as long before the next try. */
const GROWTH = 2

/**
 * Spares checkpoints that cannot come to an end. In a flood, between the last look and the lock, more is written than may be read inside the
 * lock: each try only moves pages that are written again at once, and makes a file of pages that the next file has anew. So the tries become
 * rare, the longer the WAL is.
 */
export class FloodPause {
  readonly #framesMax: number
  /** No checkpoint in a flood until the WAL has so many frames. */
  #until = 0
  #before = 0

  /** @param minCheckpointPageCount In frames. */
  constructor(minCheckpointPageCount: number) {
    this.#framesMax = FLOOD_FACTOR * minCheckpointPageCount
  }

  /** Whether so many frames in so many milliseconds are a flood. */
  isFlood(frames: number, elapsedMs: number): boolean {
    return frames * 1000 > this.#framesMax * elapsedMs
  }

  /** Not yet. @param frames In the WAL. */
  isOn(frames: number): boolean {
    if (frames < this.#before) this.#until = 0 // it has begun anew
    this.#before = frames
    return frames < this.#until
  }

  /** After a try at so many frames. */
  tried(frames: number, result: CheckpointResult): void {
    this.#until = result.kind === 'later' ? GROWTH * frames : 0
  }
}
