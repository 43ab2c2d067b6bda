/** What a sync saw, as far as checkpoints care. Sizes in frames. */
export interface CheckpointFacts {
  /** Published frames in the WAL. */
  readonly frames: number
  /** Frames of those that are in the database file already. */
  readonly backfilled: number
  /** Frames that were published since the sync before. */
  readonly newFrames: number
  /** Frames that the WAL file has room for: its size on disk. */
  readonly walFileFrames: number
  /** Milliseconds since frames were last all backfilled, or since the last checkpoint of ours. */
  readonly sinceCheckpointMs: number
  /** The pin's snapshot has been read whole. */
  readonly covered: boolean
  /** A snapshot or comparison is reading under this pin: it must not be handed over. */
  readonly pinIsNeeded: boolean
  /** A reader of the application kept the last checkpoint from going on; the pause before the next try has not passed. */
  readonly backOff: boolean
}

export interface CheckpointSettings {
  readonly checkpointIntervalMs: number
  readonly minCheckpointPageCount: number
  /** Negative: never. */
  readonly truncatePageN: number
}

export type CheckpointPlan =
  | { readonly kind: 'none' }
  | { readonly kind: 'quiet'; readonly because: 'size' | 'time' }
  | { readonly kind: 'under-load' }
  | { readonly kind: 'shrink' }

/** A writer that never pauses makes the WAL grow past this many times `minCheckpointPageCount`: then a short lock is worth it. */
export const UNDER_LOAD_FACTOR = 10

/** Decides which checkpoint is due after a sync (engine.md §3). */
export function planCheckpoint(facts: CheckpointFacts, settings: CheckpointSettings): CheckpointPlan {
  const { frames, backfilled, newFrames } = facts
  if (!facts.covered || facts.pinIsNeeded || facts.backOff) return { kind: 'none' }
  const behind = frames - backfilled
  const atNextSync = frames + newFrames // if it goes on like this
  if (behind > 0 && atNextSync > UNDER_LOAD_FACTOR * settings.minCheckpointPageCount)
    return { kind: 'under-load' }
  if (behind >= settings.minCheckpointPageCount) return { kind: 'quiet', because: 'size' }
  const isDue = settings.checkpointIntervalMs > 0 && facts.sinceCheckpointMs >= settings.checkpointIntervalMs
  if (behind > 0 && isDue) return { kind: 'quiet', because: 'time' }
  if (settings.truncatePageN >= 0 && behind === 0 && facts.walFileFrames > settings.truncatePageN)
    return { kind: 'shrink' }
  return { kind: 'none' }
}
