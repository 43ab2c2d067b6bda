import type { Env } from '@ltx/env'
import type { SyncReport } from '../database/follower-port.ts'
import { isCheckpointWaiting } from '../database/waiting-checkpoint.ts'
import type { SyncOutcome } from '../follow/sync-outcome.ts'
import type { WalFollower } from '../follow/wal-follower.ts'
import { FloodPause } from './flood-pause.ts'
import { planCheckpoint, UNDER_LOAD_FACTOR, type CheckpointSettings } from './plan-checkpoint.ts'
import type { CheckpointResult } from './run-checkpoint.ts'
import { PinDemand } from './pin-demand.ts'
import { runPlannedCheckpoint } from './run-planned.ts'

/** Pauses after a checkpoint that a reader of the application held up. */
const READER_BACK_OFF_MS_MIN = 1000
const READER_BACK_OFF_MS_MAX = 60_000

/** Remembers when a database was last checkpointed and who was in the way, and runs what is due after a sync. */
export class CheckpointPolicy {
  readonly #env: Env
  readonly #settings: CheckpointSettings
  #checkpointedMs: number
  #backOff = { untilMs: 0, delayMs: 0 }
  readonly #demand = new PinDemand()
  readonly #floods: FloodPause
  /** At the end of the last sync and its checkpoint, and when that was. */
  #framesBefore: number | null = null
  #syncedMs: number

  constructor(env: Env, settings: CheckpointSettings) {
    this.#env = env
    this.#settings = settings
    this.#floods = new FloodPause(settings.minCheckpointPageCount)
    this.#checkpointedMs = env.clock.elapsedMs()
    this.#syncedMs = this.#checkpointedMs
  }

  async afterSync(follower: WalFollower, outcome: SyncOutcome): Promise<SyncReport['checkpoint']> {
    const { pin, files } = follower.parts
    const position = follower.position
    if (position === null) return { kind: 'none' }
    const nowMs = this.#env.clock.elapsedMs()
    const { frames } = outcome
    const before = this.#framesBefore ?? frames
    const newFrames = frames >= before ? frames - before : frames
    const isFlood = this.#floods.isFlood(newFrames, nowMs - this.#syncedMs)
    this.#framesBefore = frames
    this.#syncedMs = nowMs
    if (this.#floods.isOn(frames) && isFlood) return { kind: 'none' }
    if (outcome.frames === outcome.backfilled) this.#checkpointedMs = nowMs
    const plan = planCheckpoint(
      {
        frames,
        backfilled: outcome.backfilled,
        newFrames,
        walFileFrames: Math.floor(files.walBytes() / (24 + position.pageSize)),
        sinceCheckpointMs: nowMs - this.#checkpointedMs,
        covered: pin.covered,
        pinIsNeeded: follower.pinIsNeeded,
        backOff: nowMs < this.#backOff.untilMs,
      },
      this.#settings,
    )
    if (plan.kind === 'none') return plan
    const result = await runPlannedCheckpoint(this.#env, follower, outcome, plan.kind, (grown, elapsedMs) =>
      this.#floods.isFlood(grown, elapsedMs),
    )
    this.#checkpointedMs = this.#env.clock.elapsedMs()
    const elapsedMs = this.#checkpointedMs - nowMs
    const now = pin.published()
    this.#framesBefore = now.kind === 'published' ? now.frames : frames
    this.#syncedMs = this.#checkpointedMs
    this.#remember(result)
    this.#floods.tried(this.#framesBefore, result)
    return { kind: plan.kind, result, elapsedMs }
  }

  /** The next sync should not wait for its time. Cheap; for a hot database, between two syncs. */
  isPinWanted(follower: WalFollower): boolean {
    const { pin, files } = follower.parts
    if (!pin.isHeld || follower.pinIsNeeded) return false
    const published = pin.published()
    if (published.kind === 'published' && this.#growsFast(published.frames)) return true
    return this.#demand.isWanted(published, pin.movedAfter, () =>
      isCheckpointWaiting(this.#env.blockingFiles, files.path),
    )
  }

  /**
   * A checkpoint under load would have something to do already, and did not just fail to. Not in a flood: it makes the WAL long whatever
   * we do, and the fewer files are made of it, the fewer times each page is written.
   */
  #growsFast(frames: number): boolean {
    const { minCheckpointPageCount } = this.#settings
    const nowMs = this.#env.clock.elapsedMs()
    if (nowMs < this.#backOff.untilMs) return false
    const grown = frames - (this.#framesBefore ?? 0)
    const isFlood = this.#floods.isFlood(grown, nowMs - this.#syncedMs)
    const isLong = frames > UNDER_LOAD_FACTOR * minCheckpointPageCount
    return isLong && !isFlood && grown > (UNDER_LOAD_FACTOR / 2) * minCheckpointPageCount
  }

  #remember(result: CheckpointResult): void {
    if (result.kind === 'done') this.#backOff = { untilMs: 0, delayMs: 0 }
    if (result.kind !== 'reader') return
    const delayMs = Math.min(
      READER_BACK_OFF_MS_MAX,
      Math.max(READER_BACK_OFF_MS_MIN, 2 * this.#backOff.delayMs),
    )
    this.#backOff = { delayMs, untilMs: this.#env.clock.elapsedMs() + delayMs }
  }
}
