import { SNAPSHOT_LEVEL } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { nextCompactionAtMs } from '../compaction/levels.ts'
import type { Database } from '../database/database.ts'
import type { ReplicatorListener } from '../events.ts'
import type { StoreSettings } from '../settings.ts'
import { maintainLevel, retain } from './maintain.ts'

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

type Task = { readonly kind: 'level'; readonly level: number } | { readonly kind: 'retention' }

/**
 * Compaction, snapshots and retention of all databases, with one timer. Levels are due at the same wall times as Litestream's. A slow
 * database keeps nobody waiting: a few have their turn at once.
 */
export class MaintenanceLoop {
  readonly #parts: MaintenanceParts

  constructor(parts: MaintenanceParts) {
    this.#parts = parts
  }

  /** Until the signal fires: rejects with its reason. */
  async run(signal: AbortSignal): Promise<never> {
    const { env, settings } = this.#parts
    const dueAt = new Map<Task, number>()
    for (const task of tasksOf(settings)) dueAt.set(task, nextDueMs(task, settings, env.clock.wallMs()))
    for (;;) {
      const nextMs = Math.min(...dueAt.values())
      await env.clock.sleep(Math.max(0, Math.min(nextMs - env.clock.wallMs(), SLEEP_MS_MAX)), { signal })
      const nowMs = env.clock.wallMs()
      for (const [task, atMs] of dueAt) {
        if (atMs > nowMs) continue
        dueAt.set(task, nextDueMs(task, settings, nowMs)) // before the work: no drift
        await this.#runTask(task, this.#parts.databases(), nowMs, signal)
      }
    }
  }

  /** For a database that has just begun: everything that was due while nobody was there. */
  async catchUp(database: Database, signal: AbortSignal): Promise<void> {
    const { env, settings } = this.#parts
    const nowMs = env.clock.wallMs()
    for (const task of tasksOf(settings)) await this.#runTask(task, [database], nowMs, signal)
  }

  async #runTask(
    task: Task,
    databases: readonly Database[],
    nowMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const waiting = [...databases]
    const work = async (): Promise<void> => {
      for (
        let database = waiting.shift();
        database !== undefined && !signal.aborted;
        database = waiting.shift()
      ) {
        await this.#turn(task, database, nowMs, signal)
      }
    }
    await Promise.all(Array.from({ length: Math.min(TURNS_MAX, waiting.length) }, work))
  }

  #turn(task: Task, database: Database, nowMs: number, signal: AbortSignal): Promise<void> {
    const { settings, emit } = this.#parts
    if (task.kind === 'retention') return retain(database, emit, { signal })
    return maintainLevel(database, task.level, settings, nowMs, emit, { signal })
  }
}

function tasksOf(settings: StoreSettings): readonly Task[] {
  const levels = settings.levels.map((_, index): Task => ({ kind: 'level', level: index + 1 }))
  return [...levels, { kind: 'level', level: SNAPSHOT_LEVEL }, { kind: 'retention' }]
}

function nextDueMs(task: Task, settings: StoreSettings, nowMs: number): number {
  if (task.kind === 'retention') return nowMs + settings.l0RetentionCheckIntervalMs
  const intervalMs =
    task.level === SNAPSHOT_LEVEL
      ? settings.snapshotIntervalMs
      : (settings.levels[task.level - 1]?.intervalMs ?? SLEEP_MS_MAX)
  return nextCompactionAtMs(intervalMs, nowMs)
}
