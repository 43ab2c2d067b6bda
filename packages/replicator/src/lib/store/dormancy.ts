import { dirname } from 'node:path'
import type { Env } from '@ltx/env'
import type { Database } from '../database/database.ts'
import type { ReplicatorListener } from '../events.ts'
import type { DatabaseSettings } from '../settings.ts'
import { settledWithin } from '../worker/settled-within.ts'
import { planDormant, SILENT_MS_MIN, type DormantFacts } from '../wake/plan-dormant.ts'

/** How often a crowd is looked at. */
const CROWD_LOOK_MS = 500
/** A database that opens in a crowd waits this long for others to fall asleep. */
const ROOM_WAIT_MS_MAX = 5000

/**
 * While databases wake up one after the other, after so many of them the crowd is thinned out. Who was written to so lately stays awake:
 * it may be again, and each sleep costs what it would cost to stay awake for a while.
 */
const WOKEN_MIN = 16
const LATELY_MS = 5000

/** One that is busy with something long is not waited for: it falls asleep, or not, when it comes to that. */
const SLEEP_MS_MAX = 2000

/** Databases that fall asleep at once. Some wait a tenth of a second for the seal; who wakes up meanwhile waits for those that do not. */
const FALLING_MAX = 32

export interface DormancyParts {
  readonly env: Env
  readonly entries: () => Iterable<{ readonly database: Database; readonly settings: DatabaseSettings }>
  readonly isWatching: (directory: string) => boolean
  readonly emit: ReplicatorListener
  /** Databases that may be awake without need. */
  readonly awakeMax: number
}

/** Lets silent databases close their connections, so that thousands fit into one process (engine.md §6). */
export class Dormancy {
  readonly #parts: DormancyParts
  #sleeping: Promise<void> | null = null
  /** Since the crowd was looked at. */
  #woken = 0
  #thinnedAtMs = Number.NEGATIVE_INFINITY
  readonly #falling = new Set<Database>()
  /** Counted when it matters: to look at thousands for each that opens would take longer than to open it. */
  #awakeAtMost = Number.POSITIVE_INFINITY

  constructor(parts: DormancyParts) {
    this.#parts = parts
  }

  get isCrowded(): boolean {
    if (this.#awakeAtMost <= this.#parts.awakeMax) return false
    this.#awakeAtMost = this.#facts().length
    return this.#awakeAtMost > this.#parts.awakeMax
  }

  /** Whoever may sleep now does. */
  letSleep(silentMsMin: number = SILENT_MS_MIN): Promise<void> {
    this.#sleeping ??= this.#letSleep(silentMsMin).finally(() => {
      this.#sleeping = null
    })
    return this.#sleeping
  }

  /** A database has woken up. Where many do, others have to fall asleep before the next poll. */
  woke(): void {
    this.#woken++
    this.#awakeAtMost++
    const nowMs = this.#parts.env.clock.elapsedMs()
    if (this.#woken < WOKEN_MIN || nowMs - this.#thinnedAtMs < CROWD_LOOK_MS) return
    this.#woken = 0
    this.#thinnedAtMs = nowMs
    if (this.isCrowded) void this.letSleep(LATELY_MS)
  }

  /** Before a database opens: there should not be too many active ones. Does not wait for long. */
  async makeRoom(): Promise<void> {
    const { clock } = this.#parts.env
    const startMs = clock.elapsedMs()
    this.#awakeAtMost++
    while (this.isCrowded && clock.elapsedMs() - startMs < ROOM_WAIT_MS_MAX) {
      await settledWithin(clock, ROOM_WAIT_MS_MAX, this.letSleep())
      if (this.isCrowded) await clock.sleep(CROWD_LOOK_MS)
    }
  }

  async #letSleep(silentMsMin: number): Promise<void> {
    const { env, entries, awakeMax } = this.#parts
    const limits = { activeMax: awakeMax, silentMsMin }
    const chosen = new Set(planDormant(this.#facts(), env.clock.elapsedMs(), limits))
    const databases = [...entries()].map(({ database }) => database)
    const sleepers = databases.filter((database) => chosen.has(database.path) && !this.#falling.has(database))
    const work = async (): Promise<void> => {
      for (let database = sleepers.shift(); database !== undefined; database = sleepers.shift()) {
        await settledWithin(env.clock, SLEEP_MS_MAX, this.#fallAsleep(database))
      }
    }
    await Promise.all(Array.from({ length: FALLING_MAX }, work))
  }

  async #fallAsleep(database: Database): Promise<void> {
    this.#falling.add(database)
    try {
      await database.sleep()
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause))
      const { path } = database
      this.#parts.emit({ kind: 'error', path, during: 'sync', error, retryInMs: null, log: true })
    } finally {
      this.#falling.delete(database)
    }
  }

  #facts(): DormantFacts[] {
    const facts: DormantFacts[] = []
    for (const { database, settings } of this.#parts.entries()) {
      const { live, path } = database
      if (live === null || live.isAsleep) continue
      facts.push({
        path,
        resting: live.uploading.state === 'idle',
        changedAtMs: live.changedAtMs,
        uploaded: live.confirmed === live.lastTXID,
        watched: this.#parts.isWatching(dirname(path)),
        bytes: database.status().counts.databaseBytes,
        dormantAfterMs: settings.dormantAfterMs,
        dormantBytesMax: settings.dormantBytesMax,
      })
    }
    return facts
  }
}
