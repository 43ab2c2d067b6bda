import type { Clock, Random } from '@ltx/env'
import { NO_FAILURES, nextBackoff, type BackoffSettings } from '../replica/backoff.ts'
import {
  pace,
  startPace,
  type PaceDecision,
  type PaceInput,
  type PaceSettings,
  type PaceState,
} from '../wake/pace.ts'

/** `busy`: SQLite gave no footing just now; look again soon. */
export type CaptureResult = 'found-changes' | 'found-nothing' | 'busy'

export interface CaptureFailure {
  readonly error: unknown
  readonly delayMs: number
  readonly log: boolean
}

export interface CaptureLoopParts {
  readonly env: { readonly clock: Clock; readonly random: Random }
  readonly pace: PaceSettings
  /** One sync. */
  capture(): Promise<CaptureResult>
  onFailure(failure: CaptureFailure): void
  onRecovered(failures: number): void
}

const BUSY_WAIT_MS = 100
const BACKOFF: BackoffSettings = { firstDelayMsMax: 1000, delayMsMax: 30_000, logIntervalMs: 30_000 }

/** Syncs one database when events and the pace say so. Without events it waits and has no timer. */
export class CaptureLoop {
  readonly #parts: CaptureLoopParts
  #state: PaceState
  #ring: (() => void) | null = null
  #rung = false
  #backoff = NO_FAILURES

  constructor(parts: CaptureLoopParts) {
    this.#parts = parts
    this.#state = startPace(parts.env.clock.elapsedMs(), parts.pace)
  }

  /** Something changed, as far as we are told. */
  event(): void {
    if (this.#state.phase === 'running') this.#step('event')
    else this.#rung = true
    this.#ring?.()
  }

  /** Until the signal fires: rejects with its reason. */
  async run(signal: AbortSignal): Promise<never> {
    const { clock } = this.#parts.env
    let decision: PaceDecision = { kind: 'rest' }
    for (;;) {
      signal.throwIfAborted()
      if (decision.kind === 'sync') decision = this.#step({ finished: await this.#captured(signal) })
      else if (decision.kind === 'wait') {
        await clock.sleep(Math.max(0, decision.untilMs - clock.elapsedMs()), { signal })
        this.#rung = false
        decision = this.#step('due')
      } else {
        if (!this.#rung) await this.#event(signal)
        this.#rung = false
        decision = this.#step('event')
      }
    }
  }

  #step(input: PaceInput): PaceDecision {
    const { state, decision } = pace(this.#state, input, this.#parts.env.clock.elapsedMs(), this.#parts.pace)
    this.#state = state
    return decision
  }

  async #captured(signal: AbortSignal): Promise<'found-changes' | 'found-nothing' | 'failed'> {
    const { env } = this.#parts
    try {
      const result = await this.#parts.capture()
      if (this.#backoff.failures > 0) this.#parts.onRecovered(this.#backoff.failures)
      this.#backoff = NO_FAILURES
      if (result !== 'busy') return result
      await env.clock.sleep(BUSY_WAIT_MS, { signal })
    } catch (error) {
      signal.throwIfAborted()
      const failure = { elapsedMs: env.clock.elapsedMs(), random: env.random.next() }
      const { state, delayMs, log } = nextBackoff(this.#backoff, failure, BACKOFF)
      this.#backoff = state
      this.#parts.onFailure({ error, delayMs, log })
      await env.clock.sleep(delayMs, { signal })
    }
    this.#step('event') // look again
    return 'failed'
  }

  async #event(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const stop = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
    this.#ring = resolve
    try {
      await promise
    } finally {
      this.#ring = null
      signal.removeEventListener('abort', stop)
    }
  }
}
