import { basename } from 'node:path'
import type { DatabaseParts } from './database-parts.ts'
import type { FollowerPort } from './follower-port.ts'

const FOUND =
  'the database file was changed beside SQLite, or while nobody followed it; what differs is replicated now'
const FAILED = 'the database could not be compared with its replica; it is tried again after the next change'

/** Has a database compared if it may have been changed while nobody looked: after each time it is opened, and at each slow poll (engine.md §4). */
export class StartComparison {
  readonly #parts: Pick<DatabaseParts, 'env' | 'path' | 'store' | 'comparisons'>
  readonly #follower: Pick<FollowerPort, 'compare'>
  #isDue: boolean
  #isRunning = false
  #isOver = false
  #hasFailed = false

  /** @param isDue It is open; else {@link StartComparison.opened} tells. */
  constructor(
    parts: Pick<DatabaseParts, 'env' | 'path' | 'store' | 'comparisons'>,
    follower: Pick<FollowerPort, 'compare'>,
    isDue: boolean,
  ) {
    this.#parts = parts
    this.#follower = follower
    this.#isDue = isDue
  }

  opened(): void {
    this.#isDue = true
  }

  /** The database is not followed any more. */
  stop(): void {
    this.#isOver = true
  }

  /**
   * Compares in the background, in its turn. A process that does nothing by time (`replicate -once`) has no later: there it is waited for.
   *
   * @param isSuspect What the sync says.
   * @param looked By the slow poll: it may have been changed beside SQLite since the last look.
   * @param capture Brings what differs into local files.
   */
  async afterSync(isSuspect: boolean, looked: boolean, capture: () => Promise<unknown>): Promise<void> {
    if ((!this.#isDue && !looked) || this.#isRunning) return
    this.#isDue = isSuspect
    if (!isSuspect) return
    const compared = this.#run(capture)
    if (!this.#parts.store.compactionEnabled) await compared
  }

  /** Never rejects: following goes on whatever comes of it. Cut short, it is due again after the next sync. */
  async #run(capture: () => Promise<unknown>): Promise<void> {
    const { env, path, comparisons } = this.#parts
    this.#isDue = false
    this.#isRunning = true
    try {
      const outcome = await comparisons.run(() => (this.#isOver ? 'needless' : this.#follower.compare()))
      if (outcome === 'later') this.#isDue = true
      if (outcome !== 'differs') return
      env.logger.log('warn', FOUND, { db: basename(path) })
      await capture()
    } catch (cause) {
      this.#isDue = true
      if (this.#isOver || this.#hasFailed) return
      this.#hasFailed = true
      const error = cause instanceof Error ? cause : new Error(String(cause))
      env.logger.log('error', FAILED, { db: basename(path), error })
    } finally {
      this.#isRunning = false
    }
  }
}
