export interface DormantFacts {
  readonly path: string
  /** Connections are open and nothing is under way. */
  readonly resting: boolean
  /** When something last changed, by a clock that never goes back. */
  readonly changedAtMs: number
  /** Every local file is in the replica. */
  readonly uploaded: boolean
  /** The database file is known to hold everything, and is unchanged since (engine.md §4). */
  readonly sealed: boolean
  /** Events tell us of changes in its directory. */
  readonly watched: boolean
  /** Size of the database file. */
  readonly bytes: number
  readonly dormantAfterMs: number
  /** Larger ones stay active: looking through them again costs more than two connections. */
  readonly dormantBytesMax: number
}

export interface DormantPlan {
  /** Paths of the databases that may sleep now, the longest silent ones first. */
  readonly sleep: readonly string[]
  /**
   * Paths of those that are silent long enough and uploaded, but not sealed: to be sealed, and then looked at again.
   */
  readonly seal: readonly string[]
  /** When the next one may be silent long enough; `null`: no timer is needed. */
  readonly nextAtMs: number | null
}

/**
 * Which databases may close their connections: silent for long enough, in the replica, sealed, and not too large. One that nobody would
 * wake stays awake. `dormantAfterMs` 0: never.
 *
 * @see engine.md §6
 */
export function planDormant(databases: readonly DormantFacts[], nowMs: number): DormantPlan {
  const candidates = databases
    .filter((facts) => facts.dormantAfterMs > 0 && facts.watched && facts.bytes <= facts.dormantBytesMax)
    .toSorted((a, b) => a.changedAtMs - b.changedAtMs)
  const silent = candidates.filter((facts) => facts.changedAtMs + facts.dormantAfterMs <= nowMs)
  const ready = silent.filter(({ resting, uploaded }) => resting && uploaded)
  const waiting = candidates
    .map((facts) => facts.changedAtMs + facts.dormantAfterMs)
    .filter((atMs) => atMs > nowMs)
  return {
    sleep: ready.filter(({ sealed }) => sealed).map(({ path }) => path),
    seal: ready.filter(({ sealed }) => !sealed).map(({ path }) => path),
    nextAtMs: waiting.length === 0 ? null : waiting.reduce((least, atMs) => Math.min(least, atMs)),
  }
}
