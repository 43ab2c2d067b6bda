/** How far a restore is. Plain data. */
export interface RestoreProgress {
  readonly phase: 'plan' | 'fetch' | 'sync' | 'check' | 'done'
  /** Compressed bytes of the planned files that were used. Starts again when a file turns out broken and another plan is tried. */
  readonly bytesDone: number
  /** Compressed bytes of all planned files; 0 while planning. */
  readonly bytesTotal: number
  /** Pages that have their final content. */
  readonly pagesWritten: number
}

/** While fetching, events come at least this far apart, and at most this many per restore. */
const EVENT_BYTES_MIN = 256 * 1024
const EVENTS_MAX = 500

/** Calls a listener at a bounded rate, measured in bytes: one event per phase, and some while fetching. */
export class ProgressReporter {
  readonly #onProgress: ((event: RestoreProgress) => void) | undefined
  #event: RestoreProgress = { phase: 'plan', bytesDone: 0, bytesTotal: 0, pagesWritten: 0 }
  #reportedBytes = 0

  constructor(onProgress: ((event: RestoreProgress) => void) | undefined) {
    this.#onProgress = onProgress
  }

  start(phase: RestoreProgress['phase']): void {
    this.#event = { ...this.#event, phase }
    this.#report()
  }

  /** Begins (again) with a plan of this many bytes. */
  startFetch(bytesTotal: number): void {
    this.#event = { phase: 'fetch', bytesDone: 0, bytesTotal, pagesWritten: 0 }
    this.#report()
  }

  advance(bytes: number, pagesWritten: number): void {
    const { phase, bytesTotal } = this.#event
    this.#event = { phase, bytesTotal, bytesDone: this.#event.bytesDone + bytes, pagesWritten }
    const step = Math.max(EVENT_BYTES_MIN, bytesTotal / EVENTS_MAX)
    if (this.#event.bytesDone - this.#reportedBytes >= step) this.#report()
  }

  /** All pages are there, even if not every planned byte was needed. */
  finishFetch(pagesWritten: number): void {
    this.#event = { ...this.#event, bytesDone: this.#event.bytesTotal, pagesWritten }
  }

  #report(): void {
    this.#reportedBytes = this.#event.bytesDone
    this.#onProgress?.(this.#event)
  }
}
