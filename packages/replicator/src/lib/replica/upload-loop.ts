import { isClientError, type CallOptions } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { BACKOFF_SETTINGS, nextBackoff, NO_FAILURES, type BackoffSettings } from './backoff.ts'
import type { Replan } from './plan-known.ts'
import type { UploadOutcome } from './upload-files.ts'

/** Why the loop is over: somebody has to decide before more can go up. */
export type UploadLoopEnd = Extract<UploadOutcome, { kind: 'conflict' | 'missing' | 'damaged' }> | Replan

export interface UploadFailure {
  readonly error: unknown
  /** Failures in a row, this one included. */
  readonly failures: number
  /** Until the next attempt. */
  readonly delayMs: number
  /** Whether to log it: the first one, and then at most every 30 s. */
  readonly log: boolean
}

export interface UploadLoopEvents {
  /** After each batch that brought something. */
  onUploaded(outcome: Extract<UploadOutcome, { kind: 'uploaded' }>): void
  onFailure(failure: UploadFailure): void
  /** After the first success that follows `failures` failures. */
  onRecovered(failures: number): void
}

export interface UploadLoopComponents {
  readonly env: Pick<Env, 'clock' | 'random'>
  /** One attempt: `Uploader.uploadPending` under whatever lock the database needs. Others get their turn between two. */
  readonly upload: (options: CallOptions) => Promise<UploadOutcome | Replan>
}

/**
 * Uploads whenever it is woken, until everything is there; waits without a timer while there is nothing to do; backs off while the
 * storage fails.
 */
export class UploadLoop {
  readonly #components: UploadLoopComponents
  readonly #events: UploadLoopEvents
  readonly #settings: BackoffSettings
  #backoff = NO_FAILURES
  #pending = true
  #ring: (() => void) | null = null
  #pause: AbortController | null = null
  #failure: unknown = null

  constructor(
    components: UploadLoopComponents,
    events: UploadLoopEvents,
    settings: BackoffSettings = BACKOFF_SETTINGS,
  ) {
    this.#components = components
    this.#events = events
    this.#settings = settings
  }

  /** `idle`: nothing to upload. `waiting`: the storage failed, the next attempt comes later. */
  get state(): 'idle' | 'uploading' | 'waiting' {
    if (this.#ring !== null) return 'idle'
    return this.#pause === null ? 'uploading' : 'waiting'
  }

  /** What the last attempt failed with; `null`: it did not. */
  get failure(): unknown {
    return this.#failure
  }

  /** There may be new local files. During a pause after a failure they wait with the others. */
  wake(): void {
    this.#pending = true
    this.#ring?.()
  }

  /** Cuts a pause after a failure short: somebody asked, or the reason for it is gone. */
  retryNow(): void {
    this.wake()
    this.#pause?.abort()
  }

  /** Runs until it cannot go on, or rejects with `signal.reason`. Also rejects when the client was closed. */
  async run(signal: AbortSignal): Promise<UploadLoopEnd> {
    this.#pending = true // what a process before us left
    for (;;) {
      signal.throwIfAborted()
      if (!this.#pending) await this.#woken(signal)
      this.#pending = false // before looking: whatever comes from here on is looked at again
      try {
        const outcome = await this.#components.upload({ signal })
        if (outcome.kind !== 'uploaded' && outcome.kind !== 'nothing') return outcome
        this.#succeeded()
        if (outcome.kind === 'uploaded') {
          this.#pending ||= outcome.more
          this.#events.onUploaded(outcome)
        }
      } catch (error) {
        signal.throwIfAborted()
        if (isClientError(error, 'CLIENT_CLOSED')) throw error
        this.#pending = true
        await this.#failed(error, signal)
      }
    }
  }

  #succeeded(): void {
    const { failures } = this.#backoff
    this.#backoff = NO_FAILURES
    this.#failure = null
    if (failures > 0) this.#events.onRecovered(failures)
  }

  async #failed(error: unknown, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#components.env
    const failure = { elapsedMs: clock.elapsedMs(), random: random.next() }
    const { state, delayMs, log } = nextBackoff(this.#backoff, failure, this.#settings)
    this.#backoff = state
    this.#failure = error
    this.#events.onFailure({ error, failures: state.failures, delayMs, log })
    const pause = new AbortController()
    this.#pause = pause
    try {
      await clock.sleep(delayMs, { signal: AbortSignal.any([signal, pause.signal]) })
    } catch {
      signal.throwIfAborted() // else it was cut short
    } finally {
      this.#pause = null
    }
  }

  async #woken(signal: AbortSignal): Promise<void> {
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
