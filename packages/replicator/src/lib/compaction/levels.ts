import { SNAPSHOT_LEVEL } from '@ltx/client-core'

/** The highest level that may be configured; {@link SNAPSHOT_LEVEL} is above all of them. */
export const COMPACTION_LEVEL_MAX = 8

/** Milliseconds from 0001-01-01T00:00:00Z, Go's zero time, to the Unix epoch. */
const GO_ZERO_TO_EPOCH_MS = 62_135_596_800_000

export interface CompactionLevel {
  /** 1 to {@link COMPACTION_LEVEL_MAX}. */
  readonly level: number
  readonly intervalMs: number
}

/**
 * Numbers the configured levels from 1, in order.
 *
 * @throws {RangeError} for more than {@link COMPACTION_LEVEL_MAX} levels or an interval that is not above zero
 * @see litestream `CompactionLevels.Validate` (spec-core §4.1)
 */
export function numberLevels(levels: readonly { readonly intervalMs: number }[]): readonly CompactionLevel[] {
  if (levels.length > COMPACTION_LEVEL_MAX) {
    throw new RangeError(`${levels.length} compaction levels, at most ${COMPACTION_LEVEL_MAX} are possible`)
  }
  return levels.map(({ intervalMs }, index) => {
    const level = index + 1
    if (!Number.isFinite(intervalMs) || intervalMs <= 0) {
      throw new RangeError(`interval of level ${level} must be above 0 ms (found ${intervalMs})`)
    }
    return { level, intervalMs }
  })
}

/** The level whose files a level is made of. Snapshots follow the highest configured level. @throws {RangeError} below level 1 */
export function previousLevel(levels: readonly CompactionLevel[], level: number): number {
  if (level === SNAPSHOT_LEVEL) return levels.at(-1)?.level ?? 0
  if (level < 1 || level > COMPACTION_LEVEL_MAX) throw new RangeError(`level ${level} has no previous level`)
  return level - 1
}

/** The level that is made of this one's files: after the highest configured one come the snapshots. `null` after those. */
export function nextLevel(levels: readonly CompactionLevel[], level: number): number | null {
  if (level === SNAPSHOT_LEVEL) return null
  const highest = levels.at(-1)?.level ?? 0
  return level >= highest ? SNAPSHOT_LEVEL : level + 1
}

/**
 * The last moment at or before `nowMs` at which a level of this interval is due. Counted from Go's zero time, as Litestream does, so
 * that both are due at the same moments also for intervals that do not divide a day.
 *
 * @see litestream `CompactionLevel.PrevCompactionAt`; Go `Time.Truncate`
 */
export function previousCompactionAtMs(intervalMs: number, nowMs: number): number {
  return Math.floor((nowMs + GO_ZERO_TO_EPOCH_MS) / intervalMs) * intervalMs - GO_ZERO_TO_EPOCH_MS
}

/** The first such moment after `nowMs`. */
export function nextCompactionAtMs(intervalMs: number, nowMs: number): number {
  return previousCompactionAtMs(intervalMs, nowMs) + intervalMs
}
