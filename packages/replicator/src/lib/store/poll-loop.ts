import type { Env } from '@ltx/env'
import type { Database } from '../database/database.ts'
import { settledWithin } from '../worker/settled-within.ts'

/** Databases that are looked at at once. */
const LOOKS_MAX = 8
/** A look waits for whatever its database is busy with; the others are not kept waiting for longer than this. */
const LOOK_MS_MAX = 2000

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
  const { clock } = parts.env
  const looking = new Set<Database>()
  const look = async (database: Database): Promise<void> => {
    looking.add(database)
    await database.look()
    looking.delete(database)
  }
  for (;;) {
    await clock.sleep(parts.intervalMs(), { signal })
    parts.beforeLooks()
    const waiting = parts.databases().filter((database) => !looking.has(database))
    const work = async (): Promise<void> => {
      for (
        let database = waiting.shift();
        database !== undefined && !signal.aborted;
        database = waiting.shift()
      ) {
        await settledWithin(clock, LOOK_MS_MAX, look(database)) // a longer one goes on
      }
    }
    await Promise.all(Array.from({ length: LOOKS_MAX }, work))
    await parts.afterLooks()
  }
}
