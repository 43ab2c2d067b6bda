import type { Clock } from '@ltx/env'
import { describeError } from '../program/errors.ts'

/** What one check of a replica found. */
export interface Finding {
  readonly check: string
  /** `skipped`: not looked at, and `found` says why. */
  readonly result: 'ok' | 'failed' | 'skipped'
  /** What was seen. */
  readonly found: string
  readonly durationMs: number
}

/** A check that cannot be made here; no fault of the replica. */
export class NotChecked extends Error {
  override readonly name = 'NotChecked'
}

/** Findings in the order in which they are made. */
export class Findings {
  readonly #clock: Clock
  readonly #signal: AbortSignal
  readonly #all: Finding[] = []

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock
    this.#signal = signal
  }

  get all(): readonly Finding[] {
    return this.#all
  }

  /** Nothing has failed. */
  get isProven(): boolean {
    return this.#all.every(({ result }) => result !== 'failed')
  }

  /**
   * Makes one check: what `look` throws is a failure, or for {@link NotChecked} a reason to skip it.
   *
   * @returns what `look` found; `null` when it failed or was skipped.
   * @throws the signal's reason, when it has fired
   */
  async add<Result>(
    check: string,
    look: () => Promise<{ readonly found: string; readonly result: Result }>,
  ): Promise<Result | null> {
    const startMs = this.#clock.elapsedMs()
    const put = (result: Finding['result'], found: string): void => {
      this.#all.push({ check, result, found, durationMs: this.#clock.elapsedMs() - startMs })
    }
    try {
      const { found, result } = await look()
      put('ok', found)
      return result
    } catch (error) {
      this.#signal.throwIfAborted()
      put(error instanceof NotChecked ? 'skipped' : 'failed', describeError(error))
      return null
    }
  }

  /** Notes checks that are not made. */
  omit(checks: readonly string[], because: string): void {
    for (const check of checks) this.#all.push({ check, result: 'skipped', found: because, durationMs: 0 })
  }
}
