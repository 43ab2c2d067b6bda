export interface SleepOptions {
  readonly signal?: AbortSignal | undefined
}

/** Time as an argument, so that tests can move it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. May jump; never subtract two of them to measure a duration. */
  wallMs(): number
  /** Milliseconds since an arbitrary start, the same one for all threads of a process. Never goes back. May have a fraction. */
  elapsedMs(): number
  /** Waits. Rejects with `signal.reason` itself if the signal fires first, or has fired already. */
  sleep(delayMs: number, options?: SleepOptions): Promise<void>
}
