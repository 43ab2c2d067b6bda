import { ClientError, isClientError, type CallOptions } from '@ltx/client-core'
import type { Clock } from '@ltx/env'
import { answerWithin } from '../replica/answer-within.ts'

/** The application's commits are not kept waiting for longer by a replica that does not answer. */
const ANSWER_MS_MAX = 30_000
/** An answer that takes longer is worth a word. */
const USUAL_MS_MAX = 1000

/**
 * A database's first questions to its replica, each with so much time to be answered. Whoever wants to go on at once, as when everything
 * is to end, can have it counted as unreachable.
 */
export class ReplicaWait {
  readonly #clock: Pick<Clock, 'sleep' | 'elapsedMs'>
  readonly #hurry = new AbortController()
  #sinceMs: number | null = null

  constructor(clock: Pick<Clock, 'sleep' | 'elapsedMs'>) {
    this.#clock = clock
  }

  /** Nobody waits any more: neither now nor later. */
  get isOver(): boolean {
    return this.#hurry.signal.aborted
  }

  /** What takes so long, while something does. */
  get trouble(): ClientError | null {
    const waitedMs = this.#sinceMs === null ? 0 : this.#clock.elapsedMs() - this.#sinceMs
    return waitedMs < USUAL_MS_MAX ? null : unanswered(waitedMs)
  }

  /**
   * @param what Reads like `list the replica`.
   * @throws {ClientError} `CLIENT_UNREACHABLE` after 30 s, and when the wait is over; what `call` throws before
   */
  async answer<Result>(
    what: string,
    options: CallOptions,
    call: (options: CallOptions) => Promise<Result>,
  ): Promise<Result> {
    const startMs = this.#clock.elapsedMs()
    this.#sinceMs = startMs
    const hurry = this.#hurry.signal
    const signal = options.signal === undefined ? hurry : AbortSignal.any([options.signal, hurry])
    try {
      hurry.throwIfAborted()
      return await answerWithin(this.#clock, ANSWER_MS_MAX, what, { signal }, call)
    } catch (error) {
      const isCutShort = hurry.aborted && error === hurry.reason
      throw isCutShort ? unanswered(this.#clock.elapsedMs() - startMs) : error
    } finally {
      this.#sinceMs = null
    }
  }

  end(): void {
    this.#hurry.abort(new Error('nobody waits for the replica any more'))
  }
}

/** Whether the replica could not be asked, so that it has to do without its answer. */
export function isUnanswered(error: unknown): error is ClientError {
  return isClientError(error) && error.code !== 'CLIENT_CLOSED'
}

function unanswered(waitedMs: number): ClientError {
  const message = `the replica has not answered yet, after ${Math.round(waitedMs / 1000)} s`
  return new ClientError('CLIENT_UNREACHABLE', message)
}
