import { SNAPSHOT_LEVEL } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { nextCompactionAtMs } from '../compaction/levels.ts'
import type { Database } from '../database/database.ts'
import type { ReplicatorListener } from '../events.ts'
import type { StoreSettings } from '../settings.ts'
import { maintainLevel, retain } from './maintain.ts'
import { isNeedless, type Chore } from './needless-chores.ts'

/** Databases that are worked on at once. */
const TURNS_MAX = 4
/** A wall clock may jump: nobody sleeps longer than this before looking at it again. */
const SLEEP_MS_MAX = 60_000

export interface MaintenanceParts {
  readonly env: Env
  readonly settings: StoreSettings
  readonly databases: () => readonly Database[]
  readonly emit: ReplicatorListener
}

/**
 * Compaction, snapshots and retention of all databases, with one timer. Levels are due at the same wall times as Litestream's. A slow
 * database keeps nobody waiting: the others have their turns beside it, and its own next chores wait for it alone.
 */
export class MaintenanceLoop {
  readonly #parts: MaintenanceParts
  readonly #tasks: readonly Chore[]
  /** What is due and has not begun. */
  readonly #due = new Map<Database, Set<Chore>>()
  readonly #turns = new Map<Database, Promise<void>>()

  constructor(parts: MaintenanceParts) {
    this.#parts = parts
    this.#tasks = tasksOf(parts.settings)
  }

  /** Until the signal fires, and what is under way has ended: rejects with its reason. */
  async run(signal: AbortSignal): Promise<never> {
    const { env, settings } = this.#parts
    const dueAt = new Map<Chore, number>()
    for (const task of this.#tasks) dueAt.set(task, nextDueMs(task, settings, env.clock.wallMs()))
    try {
      for (;;) {
        const nextMs = Math.min(...dueAt.values())
        await env.clock.sleep(Math.max(0, Math.min(nextMs - env.clock.wallMs(), SLEEP_MS_MAX)), { signal })
        const nowMs = env.clock.wallMs()
        for (const [task, atMs] of dueAt) {
          if (atMs > nowMs) continue
          dueAt.set(task, nextDueMs(task, settings, nowMs)) // from now, not from the end of the work: no drift
          for (const database of this.#parts.databases()) this.#add(database, task)
        }
        this.#startTurns(signal)
      }
    } finally {
      await Promise.all(this.#turns.values())
    }
  }

  /**
   * For a database that has just begun: everything that was due while nobody was there. It takes its turn like any other, so that the start
   * of thousands is not held up by the chores of those that have begun. Resolves when its turn is over, or when it has to wait for it.
   */
  async catchUp(database: Database, signal: AbortSignal): Promise<void> {
    for (const task of this.#tasks) this.#add(database, task)
    this.#startTurns(signal)
    if (!this.#due.has(database)) await this.#turns.get(database)
  }

  #add(database: Database, task: Chore): void {
    const { env, settings } = this.#parts
    if (isNeedless(database, task, settings, env.clock.wallMs())) return
    const tasks = this.#due.get(database) ?? new Set()
    this.#due.set(database, tasks.add(task))
  }

  #startTurns(signal: AbortSignal): void {
    for (const [database, tasks] of this.#due) {
      if (signal.aborted || this.#turns.size >= TURNS_MAX) return
      if (this.#turns.has(database)) continue
      this.#due.delete(database)
      const turn = this.#turn(database, tasks, signal).finally(() => {
        this.#turns.delete(database)
        this.#startTurns(signal)
      })
      this.#turns.set(database, turn)
    }
  }

  async #turn(database: Database, tasks: Iterable<Chore>, signal: AbortSignal): Promise<void> {
    const { env, settings, emit } = this.#parts
    for (const task of tasks) {
      if (signal.aborted) return
      if (task.kind === 'retention') await retain(database, emit, { signal })
      else await maintainLevel(database, task.level, settings, env.clock.wallMs(), emit, { signal })
    }
  }
}

function tasksOf(settings: StoreSettings): readonly Chore[] {
  const levels = settings.levels.map((_, index): Chore => ({ kind: 'level', level: index + 1 }))
  return [...levels, { kind: 'level', level: SNAPSHOT_LEVEL }, { kind: 'retention' }]
}

function nextDueMs(task: Chore, settings: StoreSettings, nowMs: number): number {
  if (task.kind === 'retention') return nowMs + settings.l0RetentionCheckIntervalMs
  const intervalMs =
    task.level === SNAPSHOT_LEVEL
      ? settings.snapshotIntervalMs
      : (settings.levels[task.level - 1]?.intervalMs ?? SLEEP_MS_MAX)
  return nextCompactionAtMs(intervalMs, nowMs)
}
