import type { Clock, SleepOptions } from '../clock.ts'
import { drainMicrotasks } from '../node/drain-microtasks.ts'

interface Sleeper {
  readonly dueMs: number
  wake(): void
}

/** A program that sleeps for ever in a loop would keep `runUntilIdle` busy for ever. */
const IDLE_AFTER_MS_MAX = 7 * 24 * 60 * 60 * 1000

/** Time that moves only when a test says so, and then at once. */
export class SimClock implements Clock {
  #elapsedMs = 0
  #wallAtStartMs: number
  /** By due time; among equals, the one who came first. */
  readonly #sleepers: Sleeper[] = []

  constructor(startMs: number) {
    this.#wallAtStartMs = startMs
  }

  wallMs(): number {
    return Math.floor(this.#wallAtStartMs + this.#elapsedMs)
  }

  elapsedMs(): number {
    return this.#elapsedMs
  }

  async sleep(delayMs: number, options: SleepOptions = {}): Promise<void> {
    const { signal } = options
    signal?.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1)
        reject(signal?.reason)
      }
      const sleeper: Sleeper = {
        dueMs: this.#elapsedMs + Math.max(0, delayMs),
        wake() {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
      }
      const after = this.#sleepers.findIndex((other) => other.dueMs > sleeper.dueMs)
      this.#sleepers.splice(after === -1 ? this.#sleepers.length : after, 0, sleeper)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** How many wait. */
  get sleeping(): number {
    return this.#sleepers.length
  }

  /** Lets time pass. Whoever is due on the way wakes at his own time, and everything that follows from it happens first. */
  async advance(delayMs: number): Promise<void> {
    const endMs = this.#elapsedMs + delayMs
    while (await this.#wakeNext(endMs)) {
      // each waking may bring a new sleeper
    }
    this.#elapsedMs = endMs
  }

  /**
   * One step: lets everything go on that can, then moves time to the earliest sleeper and wakes him.
   * @returns false when nobody sleeps.
   */
  settle(): Promise<boolean> {
    return this.#wakeNext(Infinity)
  }

  /** Steps until nobody sleeps. Throws when that has not happened after `limitMs` of simulated time. */
  async runUntilIdle(limitMs: number = IDLE_AFTER_MS_MAX): Promise<void> {
    const endMs = this.#elapsedMs + limitMs
    while (await this.#wakeNext(endMs)) {
      // until nobody is left
    }
    if (this.#sleepers.length > 0) throw new Error(`not idle after ${limitMs} ms of simulated time`)
  }

  /** Sets the wall clock forward or back, as an operator or NTP does. Sleepers do not notice. */
  shiftWall(byMs: number): void {
    this.#wallAtStartMs += byMs
  }

  async #wakeNext(endMs: number): Promise<boolean> {
    await drainMicrotasks()
    const earliest = this.#sleepers[0]
    if (earliest === undefined || earliest.dueMs > endMs) return false
    this.#sleepers.shift()
    this.#elapsedMs = earliest.dueMs
    earliest.wake()
    await drainMicrotasks()
    return true
  }
}
