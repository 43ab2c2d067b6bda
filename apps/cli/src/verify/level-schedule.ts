import { basename } from 'node:path'
import type { Env, Logger } from '@ltx/env'
import { listReplica } from '@ltx/restore'
import type { ManagedDatabase, ManagedDatabases } from '../control/managed-databases.ts'
import { describeError } from '../program/errors.ts'
import { redactUrls } from '../text/redact-url.ts'
import { checkLevels } from './check-levels.ts'
import { storeAgain } from './store-again.ts'

/** However short the interval: a round that finds nothing wrong still lists every level. */
const PAUSE_MS_MIN = 1000

export interface LevelScheduleParts {
  /** Between two rounds; milliseconds, above 0. */
  readonly intervalMs: number
  readonly databases: Pick<ManagedDatabases, 'all' | 'get' | 'running'>
  readonly env: Pick<Env, 'clock'>
  readonly logger: Logger
}

/**
 * Lists the replicas of a daemon from time to time, one after the other, reports levels whose files do not continue each other, and has
 * stored again what a restore lacks. What is stopped, or not in its replica yet, is passed over.
 *
 * @see spec-core §3.5, "Validation"
 */
export class LevelSchedule {
  readonly #parts: LevelScheduleParts
  readonly #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(parts: LevelScheduleParts) {
    this.#parts = parts
  }

  start(): void {
    this.#running = this.#run()
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error('the daemon stops'))
    await this.#running
  }

  async #run(): Promise<void> {
    const { databases, env, intervalMs, logger } = this.#parts
    const { signal } = this.#stop
    let tookMs = 0
    try {
      for (;;) {
        await env.clock.sleep(Math.max(PAUSE_MS_MIN, intervalMs - tookMs), { signal })
        const startMs = env.clock.elapsedMs()
        for (const database of databases.all) await this.#check(database, signal)
        tookMs = env.clock.elapsedMs() - startMs
      }
    } catch (error) {
      if (error === signal.reason) return
      logger.log('error', 'levels are no longer checked', { error: describeError(error) })
    }
  }

  async #check({ path, client }: ManagedDatabase, signal: AbortSignal): Promise<void> {
    const { databases, env, logger } = this.#parts
    const before = databases.running(path)?.status()
    if ((before?.syncedAtMs ?? null) === null) return
    const db = basename(path)
    let listing
    try {
      listing = await listReplica(client, { signal })
      const confirmed = before?.replicatedTXID ?? null
      if (await storeAgain(path, { client, listing, confirmed }, this.#parts, signal)) return
    } catch (error) {
      signal.throwIfAborted()
      return logger.log('warn', 'the levels of a replica could not be listed', {
        db,
        error: shownError(error),
      })
    }
    try {
      const found = await checkLevels(client, listing, env.clock, signal)
      logger.log('debug', 'levels checked', { db, found })
    } catch (error) {
      signal.throwIfAborted()
      if (databases.get(path)?.client !== client) return // it was taken away meanwhile
      logger.log('error', 'a level of the replica has a hole or an overlap', { db, found: shownError(error) })
    }
  }
}

function shownError(error: unknown): string {
  return redactUrls(describeError(error))
}
