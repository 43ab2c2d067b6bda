import type { Env } from '@ltx/env'
import type { Database } from '../database/database.ts'

/** Databases that are looked at at once. */
const LOOKS_MAX = 8

export interface PollParts {
  readonly env: Env
  readonly intervalMs: () => number
  readonly databases: () => readonly Database[]
  /** Before the databases are looked at: failed watches are opened again. */
  beforeLooks(): void
  /** After them: who is silent may sleep. */
  afterLooks(): Promise<void>
}

/** The backup of file events: looks at every database now and then, with one timer for all (engine.md §7). */
export async function runPollLoop(parts: PollParts, signal: AbortSignal): Promise<never> {
  for (;;) {
    await parts.env.clock.sleep(parts.intervalMs(), { signal })
    parts.beforeLooks()
    const waiting = [...parts.databases()]
    const work = async (): Promise<void> => {
      for (
        let database = waiting.shift();
        database !== undefined && !signal.aborted;
        database = waiting.shift()
      ) {
        await database.look()
      }
    }
    await Promise.all(Array.from({ length: LOOKS_MAX }, work))
    await parts.afterLooks()
  }
}
