import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, SleepOptions } from '@ltx/env'

/** Longest wait in real time before a changed speed is noticed. */
const LOOK_MS_MAX = 20

/** A clock that can be made to run faster than the world: an hour in some seconds. */
export class FastClock implements Clock {
  readonly #wallStartMs: number
  #speed = 1
  #elapsedMs = 0
  #sinceMs = performance.now()

  constructor(wallStartMs: number) {
    this.#wallStartMs = wallStartMs
  }

  setSpeed(speed: number): void {
    this.#elapsedMs = this.elapsedMs()
    this.#sinceMs = performance.now()
    this.#speed = speed
  }

  wallMs(): number {
    return this.#wallStartMs + Math.floor(this.elapsedMs())
  }

  elapsedMs(): number {
    return this.#elapsedMs + (performance.now() - this.#sinceMs) * this.#speed
  }

  async sleep(delayMs: number, { signal }: SleepOptions = {}): Promise<void> {
    signal?.throwIfAborted()
    const dueMs = this.elapsedMs() + delayMs
    for (let leftMs = delayMs; leftMs > 0; leftMs = dueMs - this.elapsedMs()) {
      await sleep(Math.min(leftMs / this.#speed, LOOK_MS_MAX), undefined, { signal }).catch(
        (error: unknown) => {
          signal?.throwIfAborted() // its own reason
          throw error
        },
      )
    }
  }
}
