import type { Clock, Env } from '@ltx/env'
import type { Database } from '../database/database.ts'

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
        await atMost(clock, LOOK_MS_MAX, look(database))
      }
    }
    await Promise.all(Array.from({ length: LOOKS_MAX }, work))
    await parts.afterLooks()
  }
}

/** Waits for `work`, but not for ever; it goes on then. */
async function atMost(clock: Clock, delayMs: number, work: Promise<void>): Promise<void> {
  const done = new AbortController()
  const timeout = clock.sleep(delayMs, { signal: done.signal }).catch(() => {})
  await Promise.race([work, timeout])
  done.abort()
}
