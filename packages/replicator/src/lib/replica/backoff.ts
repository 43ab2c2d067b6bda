export interface BackoffSettings {
  /** Ceiling of the wait after the first failure; it doubles from there. */
  readonly firstDelayMsMax: number
  readonly delayMsMax: number
  /** The first failure is logged, later ones at most this often. */
  readonly logIntervalMs: number
}

/** Litestream's figures: from the sync interval up to 5 minutes, a log line every 30 s (spec-core §3.3). */
export const BACKOFF_SETTINGS: BackoffSettings = {
  firstDelayMsMax: 1000,
  delayMsMax: 300_000,
  logIntervalMs: 30_000,
}

export interface BackoffState {
  /** Failures in a row. */
  readonly failures: number
  /** Elapsed time of the last failure that was logged; `null`: none of this row. */
  readonly loggedAtMs: number | null
}

/** After a success, and at the start. */
export const NO_FAILURES: BackoffState = { failures: 0, loggedAtMs: null }

export interface BackoffStep {
  readonly state: BackoffState
  /** How long to wait before the next attempt. */
  readonly delayMs: number
  /** Whether this failure is to be logged. */
  readonly log: boolean
}

/**
 * What follows one more failure. The wait is uniform below a ceiling that doubles ("full jitter"), so that ten thousand databases
 * whose storage comes back do not all ask at once.
 *
 * @param failure `elapsedMs` from a clock that never goes back; `random` in [0, 1)
 */
export function nextBackoff(
  state: BackoffState,
  failure: { readonly elapsedMs: number; readonly random: number },
  settings: BackoffSettings = BACKOFF_SETTINGS,
): BackoffStep {
  const ceilingMs = Math.min(settings.delayMsMax, settings.firstDelayMsMax * 2 ** state.failures)
  const { loggedAtMs } = state
  const log = loggedAtMs === null || failure.elapsedMs - loggedAtMs >= settings.logIntervalMs
  return {
    state: { failures: state.failures + 1, loggedAtMs: log ? failure.elapsedMs : loggedAtMs },
    delayMs: failure.random * ceilingMs,
    log,
  }
}
