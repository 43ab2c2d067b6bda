import type { Random } from '@ltx/env'

/** Ceiling of the first wait; it doubles from there. */
export const FIRST_DELAY_MS_MAX = 100

/** Wait before the k-th retry, counted from zero: uniform below a ceiling that doubles up to `delayMsMax` ("full jitter"). */
export function retryDelayMs(attempt: number, random: Random, delayMsMax: number): number {
  return random.next() * Math.min(delayMsMax, FIRST_DELAY_MS_MAX * 2 ** attempt)
}
