import { basename } from 'node:path'
import type { Clock, Logger } from '@ltx/env'
import type { ReplicatorEvent } from '@ltx/replicator'

/** What goes from a watched directory, or is about to be replaced, is known no more, or there again, before that. */
const MISSING_MS = 10_000

export interface AbsenceParts {
  readonly clock: Pick<Clock, 'sleep'>
  readonly logger: Logger
  /** How long a database may be yet to come before that is worth a word, in milliseconds. */
  readonly waitMsMax: number
}

/** Warns once of each database that stays away: it may be a typing error, or a loss. */
export class AbsenceWarnings {
  readonly #parts: AbsenceParts
  readonly #waits = new Map<string, AbortController>()

  constructor(parts: AbsenceParts) {
    this.#parts = parts
  }

  /** A listener for the Store. */
  readonly hear = (event: ReplicatorEvent): void => {
    const { path } = event
    if (event.kind === 'missing') {
      const { because } = event
      void this.#warnAfter(MISSING_MS, path, 'the database is not there any more', { reason: because })
    }
    if (event.kind !== 'state') return
    this.#forget(path)
    if (event.state !== 'absent') return
    const hint = 'is the path right? Nothing of it is backed up'
    void this.#warnAfter(this.#parts.waitMsMax, path, 'the database still does not exist', { path, hint })
  }

  close(): void {
    for (const path of this.#waits.keys()) this.#forget(path)
  }

  async #warnAfter(
    delayMs: number,
    path: string,
    message: string,
    fields: Readonly<Record<string, string>>,
  ): Promise<void> {
    this.#forget(path)
    const wait = new AbortController()
    this.#waits.set(path, wait)
    try {
      await this.#parts.clock.sleep(delayMs, wait)
    } catch {
      return
    }
    this.#waits.delete(path)
    this.#parts.logger.log('warn', message, { db: basename(path), ...fields })
  }

  #forget(path: string): void {
    this.#waits.get(path)?.abort(new Error('it is otherwise by now'))
    this.#waits.delete(path)
  }
}
