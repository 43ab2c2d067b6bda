import type { Clock, Random } from '@ltx/env'
import { NO_FAILURES, nextBackoff, type BackoffSettings } from '../replica/backoff.ts'
import {
  isSteadilyHot,
  pace,
  startPace,
  type PaceDecision,
  type PaceInput,
  type PaceSettings,
  type PaceState,
} from '../wake/pace.ts'

/** `busy`: SQLite gave no footing just now; look again soon. */
export type CaptureResult = 'found-changes' | 'found-much' | 'found-nothing' | 'busy'

export interface Captured {
  readonly result: CaptureResult
  /** By the clock's `elapsedMs`: what happened before it was seen. `null`: that cannot be said. */
  readonly lookedAtMs: number | null
}

export interface CaptureFailure {
  readonly error: unknown
  readonly delayMs: number
  readonly log: boolean
}

export interface CaptureLoopParts {
  readonly env: { readonly clock: Clock; readonly random: Random }
  readonly pace: PaceSettings
  /** One sync. */
  capture(): Promise<Captured>
  /** The application waits for our pin, or its WAL grows fast. Asked now and then between the syncs of a hot database. */
  isPinWanted(): Promise<boolean>
  /** From now on the database is written to all the time: no event is needed. Or: events are needed again. */
  onSteady(isSteady: boolean): void
  onFailure(failure: CaptureFailure): void
  onRecovered(failures: number): void
}

const BUSY_WAIT_MS = 100
/** How often a hot database is asked whether somebody waits for us. */
const GLANCE_MS = 50
const BACKOFF: BackoffSettings = { firstDelayMsMax: 1000, delayMsMax: 30_000, logIntervalMs: 30_000 }

/** Syncs one database when events and the pace say so. Without events it waits and has no timer. */
export class CaptureLoop {
  readonly #parts: CaptureLoopParts
  #state: PaceState
  #ring: (() => void) | null = null
  #rung = false
  /** The last event while a capture is under way. */
  #eventAtMs: number | null = null
  #backoff = NO_FAILURES
  #isSteady = false

  constructor(parts: CaptureLoopParts) {
    this.#parts = parts
    this.#state = startPace(parts.env.clock.elapsedMs(), parts.pace)
  }

  /** Something changed, as far as we are told. */
  event(): void {
    if (this.#state.phase === 'running') this.#eventAtMs = this.#parts.env.clock.elapsedMs()
    else this.#rung = true
    this.#ring?.()
  }

  /** Until the signal fires: rejects with its reason. */
  async run(signal: AbortSignal): Promise<never> {
    try {
      return await this.#run(signal)
    } finally {
      if (this.#isSteady) this.#parts.onSteady(false)
      this.#isSteady = false
    }
  }

  async #run(signal: AbortSignal): Promise<never> {
    let decision: PaceDecision = { kind: 'rest' }
    for (;;) {
      signal.throwIfAborted()
      if (decision.kind === 'sync') decision = this.#step({ finished: await this.#captured(signal) })
      else if (decision.kind === 'wait') decision = await this.#waited(decision.untilMs, signal)
      else {
        if (!this.#rung) await this.#event(signal)
        this.#rung = false
        decision = this.#step('event')
      }
    }
  }

  #step(input: PaceInput): PaceDecision {
    const { state, decision } = pace(this.#state, input, this.#parts.env.clock.elapsedMs(), this.#parts.pace)
    this.#state = state
    const isSteady = isSteadilyHot(state, this.#parts.pace)
    if (isSteady === this.#isSteady) return decision
    this.#isSteady = isSteady
    this.#parts.onSteady(isSteady)
    return decision
  }

  /** A piece of the wait, with a glance after it when the time has not come. */
  async #waited(untilMs: number, signal: AbortSignal): Promise<PaceDecision> {
    const { clock } = this.#parts.env
    const restMs = Math.max(0, untilMs - clock.elapsedMs())
    await clock.sleep(Math.min(GLANCE_MS, restMs), { signal })
    this.#rung = false
    if (restMs <= GLANCE_MS) return this.#step('due')
    const isWanted = await this.#parts.isPinWanted().catch(() => false) // the next sync reports what is wrong
    return isWanted ? this.#step('wanted') : { kind: 'wait', untilMs }
  }

  async #captured(signal: AbortSignal): Promise<Exclude<CaptureResult, 'busy'> | 'failed'> {
    const { env } = this.#parts
    this.#eventAtMs = null
    try {
      const { result, lookedAtMs } = await this.#parts.capture()
      if (this.#hasEventSince(lookedAtMs)) this.#step('event')
      if (this.#backoff.failures > 0) this.#parts.onRecovered(this.#backoff.failures)
      this.#backoff = NO_FAILURES
      if (result !== 'busy') return result
      await env.clock.sleep(BUSY_WAIT_MS, { signal })
      this.#step('event') // look again
      return 'found-changes'
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

  /** Events that came before the look are about what it has seen: while many databases wait for their turn, that is all of them. */
  #hasEventSince(lookedAtMs: number | null): boolean {
    return this.#eventAtMs !== null && (lookedAtMs === null || this.#eventAtMs >= lookedAtMs)
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
