export interface DormantFacts {
  readonly path: string
  /** Nothing is under way. */
  readonly resting: boolean
  /** When something last changed, by a clock that never goes back. */
  readonly changedAtMs: number
  /** Every local file is in the replica. */
  readonly uploaded: boolean
  /** Events tell us of changes in its directory. */
  readonly watched: boolean
  /** Size of the database. */
  readonly bytes: number
  /** 0: never. */
  readonly dormantAfterMs: number
  /** Larger ones stay active: looking through them again costs more than two connections. */
  readonly dormantBytesMax: number
}

export interface CrowdLimits {
  /** Databases that may be active without need; their connections cost some 250 KB and 8 descriptors each. */
  readonly activeMax: number
  /** Among more than that, the longest silent ones sleep after this time already. */
  readonly silentMsMin: number
}

export const SILENT_MS_MIN = 500

/**
 * Paths of the active databases that may close their connections, the longest silent ones first: silent for long enough, in the replica,
 * and not too large. One that nobody would wake stays awake.
 *
 * @param active All databases with open connections.
 * @see engine.md §6
 */
export function planDormant(active: readonly DormantFacts[], nowMs: number, limits: CrowdLimits): string[] {
  const longestSilentFirst = active
    .filter((facts) => facts.resting && facts.uploaded && facts.watched)
    .filter((facts) => facts.dormantAfterMs > 0 && facts.bytes <= facts.dormantBytesMax)
    .toSorted((a, b) => a.changedAtMs - b.changedAtMs)
  const tooMany = Math.max(0, active.length - limits.activeMax)
  return longestSilentFirst
    .filter(({ changedAtMs, dormantAfterMs }, index) => {
      const neededMs = index < tooMany ? Math.min(dormantAfterMs, limits.silentMsMin) : dormantAfterMs
      return changedAtMs + neededMs <= nowMs
    })
    .map(({ path }) => path)
}
