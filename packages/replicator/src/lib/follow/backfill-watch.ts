import type { FileStat } from '@ltx/env'
import type { Published } from './plan-sync.ts'

type Times = Pick<FileStat, 'mtimeNs'>

/** A checkpoint that has not changed the database file for so long is over, or was ended. Its sync may take a while. */
const WORK_MS_MAX = 5000

/**
 * Notices that somebody is moving pages into the database file. SQLite tells how far only after the last page is written and synced,
 * and that makes no event: a pin that is handed over in between stays in front of the next generation, and a `TRUNCATE` or `RESTART`
 * checkpoint of the application waits for it, with the writers behind it. So we look again for a while.
 */
export class BackfillWatch {
  #mtimeNs: bigint
  #changedMs = Number.NEGATIVE_INFINITY

  /** @param main The database file, now. */
  constructor(main: Times) {
    this.#mtimeNs = main.mtimeNs
  }

  /**
   * True while frames are missing in the database file that may be there any moment.
   *
   * @param main The file as it was before `published` was asked for: what had changed by then is over when SQLite tells of no missing frame.
   * @param nowMs Of a clock that never goes back.
   */
  isAtWork({ mtimeNs }: Times, published: Published, nowMs: number): boolean {
    if (mtimeNs !== this.#mtimeNs) {
      this.#mtimeNs = mtimeNs
      this.#changedMs = nowMs
    }
    if (published.kind !== 'published') return false
    if (published.backfilled >= published.frames) {
      this.#changedMs = Number.NEGATIVE_INFINITY
      return false
    }
    return nowMs - this.#changedMs < WORK_MS_MAX
  }
}
