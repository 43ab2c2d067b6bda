import type { FrameCount } from '../follow/pin.ts'
import type { Published } from '../follow/plan-sync.ts'

/**
 * Notices, between two syncs, that a checkpoint of the application waits for our pin, with the writers behind it (engine.md §1). A
 * `FULL`, `RESTART` or `TRUNCATE` does so twice: first until we have read the last frames, and then until our pin lies behind them all.
 */
export class PinDemand {
  /** At the last glance. */
  #seen: FrameCount | null = null

  /**
   * @param movedAfter What the sync saw after which the pin began; it has read all of that.
   * @param isCheckpointWaiting Looks for locks that only a waiting checkpoint holds. Asked only when the writers have stopped since the
   *   last glance with frames that we have not read: else nobody waits.
   */
  isWanted(published: Published, movedAfter: FrameCount | null, isCheckpointWaiting: () => boolean): boolean {
    if (published.kind !== 'published' || published.frames === 0) return false
    const stoodStill = isSame(published, this.#seen)
    this.#seen = published
    const isBehind = !isSame(published, movedAfter)
    if (published.frames === published.backfilled) return isBehind
    return stoodStill && isBehind && isCheckpointWaiting()
  }
}

function isSame(one: FrameCount, other: FrameCount | null): boolean {
  return other !== null && one.frames === other.frames && one.backfilled === other.backfilled
}
