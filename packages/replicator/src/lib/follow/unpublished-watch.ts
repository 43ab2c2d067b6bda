import type { Clock } from '@ltx/env'
import type { DatabaseFiles } from './database-files.ts'
import { hasFramesPast } from './observe-wal.ts'
import type { Position } from './position.ts'
import { timeStepMs } from './seal.ts'

/** So long after the WAL was last written to, frames that are not published are not going to be. A little less than a sync waits. */
const LEFT_AFTER_MS = 900

/**
 * Tells frames that somebody is about to publish from those that were left behind: a transaction that spilled and was rolled back, or a
 * writer that was killed. Publishing makes no event, so the former are waited for; the latter stay until they are written over, and would be
 * waited for at each sync. A writer that was held up between the two for longer is found by the slow poll.
 */
export class UnpublishedWatch {
  readonly #clock: Pick<Clock, 'elapsedMs'>
  /** Change time of the WAL when such frames were seen, and since when. */
  #seen: { readonly ctimeNs: bigint; readonly sinceMs: number } | null = null
  #leftAtNs: bigint | null = null

  constructor(clock: Pick<Clock, 'elapsedMs'>) {
    this.#clock = clock
  }

  /** Change time of the WAL whose frames past our position were left behind; `null`: there are none. Any write to it moves its time. */
  get leftAtNs(): bigint | null {
    return this.#leftAtNs
  }

  /** Frames of the live generation follow our position, and somebody is in the middle of something. */
  isPending(files: DatabaseFiles, position: Position | null): boolean {
    const wal = files.statWal() // before the frames are looked at
    if (wal === null || !hasFramesPast(files, position)) {
      this.#seen = null
      this.#leftAtNs = null
      return false
    }
    const nowMs = this.#clock.elapsedMs()
    if (this.#seen?.ctimeNs !== wal.ctimeNs) this.#seen = { ctimeNs: wal.ctimeNs, sinceMs: nowMs }
    const isLeft = nowMs - this.#seen.sinceMs >= Math.max(LEFT_AFTER_MS, timeStepMs(wal))
    this.#leftAtNs = isLeft ? wal.ctimeNs : null
    return !isLeft
  }
}
