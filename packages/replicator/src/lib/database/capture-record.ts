import type { Clock } from '@ltx/env'
import type { SyncReport } from './follower-port.ts'
import type { SerialQueue } from './serial-queue.ts'

/** One capture as this thread sees it, or the last one. Wall times in milliseconds since the Unix epoch. */
export interface CaptureActivity {
  readonly isActive: boolean
  readonly startedAtMs: number
  /** When it ended; when it began while it is under way. */
  readonly updatedAtMs: number
  /** How long it takes so far, or took. */
  readonly elapsedMs: number
  /** What it found; `null` while it is under way, when it failed, and when there was no need to look. */
  readonly report: SyncReport | null
  readonly error: Error | null
  /** Callers who wait for their turn. */
  readonly waiting: number
  /** Since when the first of them does. */
  readonly waitingSinceMs: number | null
}

/** Remembers the last capture of a database, for those who want to see what it is busy with. */
export class CaptureRecord {
  readonly #clock: Clock
  readonly #waiting = new Set<{ readonly sinceMs: number }>()
  #last: Pick<CaptureActivity, 'isActive' | 'startedAtMs' | 'elapsedMs' | 'report' | 'error'> | null = null
  #beganAtMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** `null` before the first. */
  now(): CaptureActivity | null {
    if (this.#last === null) return null
    const { isActive, startedAtMs } = this.#last
    const elapsedMs = isActive ? this.#clock.elapsedMs() - this.#beganAtMs : this.#last.elapsedMs
    const updatedAtMs = isActive ? startedAtMs : startedAtMs + elapsedMs
    const [first] = this.#waiting
    const waiting = this.#waiting.size
    return { ...this.#last, elapsedMs, updatedAtMs, waiting, waitingSinceMs: first?.sinceMs ?? null }
  }

  /** Runs `capture` when its turn in the queue comes. */
  async through(queue: SerialQueue, capture: () => Promise<SyncReport | null>): Promise<SyncReport | null> {
    const waiter = { sinceMs: this.#clock.wallMs() }
    this.#waiting.add(waiter)
    return await queue.run(async () => {
      this.#waiting.delete(waiter)
      const startedAtMs = this.#clock.wallMs()
      this.#beganAtMs = this.#clock.elapsedMs()
      this.#last = { isActive: true, startedAtMs, elapsedMs: 0, report: null, error: null }
      try {
        const report = await capture()
        this.#ended(startedAtMs, report, null)
        return report
      } catch (error) {
        this.#ended(startedAtMs, null, error instanceof Error ? error : new Error(String(error)))
        throw error
      }
    })
  }

  #ended(startedAtMs: number, report: SyncReport | null, error: Error | null): void {
    const elapsedMs = this.#clock.elapsedMs() - this.#beganAtMs
    this.#last = { isActive: false, startedAtMs, elapsedMs, report, error }
  }
}
