import type { Env } from '@ltx/env'
import { isReplicatorError } from '../errors.ts'
import type { FollowerPort } from './follower-port.ts'
import type { SerialQueue } from './serial-queue.ts'

export interface ComparisonParts {
  readonly env: Pick<Env, 'logger'>
  readonly path: string
  readonly follower: Pick<FollowerPort, 'compare'>
  /** One database at a time is compared. */
  readonly turns: SerialQueue
}

const FOUND = 'the database file was changed while nobody followed it; what differs is replicated now'
const FAILED = 'the database could not be compared with its replica; it is tried again after the next change'

/** Has a database compared after each time it is opened, if it may have been changed while nobody looked (engine.md §4). */
export class StartComparison {
  readonly #parts: ComparisonParts
  #isDue = false
  #hasFailed = false

  constructor(parts: ComparisonParts) {
    this.#parts = parts
  }

  /** It has been opened, or a comparison was cut short, and the next sync is to come first. */
  get isDue(): boolean {
    return this.#isDue
  }

  opened(): void {
    this.#isDue = true
  }

  /**
   * Waits for its turn and compares. Never rejects: following goes on whatever comes of it.
   *
   * @param capture Brings what differs into local files.
   */
  async run(capture: () => Promise<unknown>): Promise<void> {
    const { env, path, follower, turns } = this.#parts
    this.#isDue = false
    try {
      const outcome = await turns.run(() => follower.compare())
      if (outcome === 'later') this.#isDue = true
      if (outcome !== 'differs') return
      env.logger.log('warn', FOUND, { db: path })
      await capture()
    } catch (cause) {
      this.#isDue = true
      if (isReplicatorError(cause, 'REPLICATOR_CLOSED') || this.#hasFailed) return
      this.#hasFailed = true
      const error = cause instanceof Error ? cause : new Error(String(cause))
      env.logger.log('error', FAILED, { db: path, error })
    }
  }
}
