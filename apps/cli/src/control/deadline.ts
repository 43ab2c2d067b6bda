/** The longest delay that a timer of Node takes; longer ones would fire at once. */
const DELAY_MS_MAX = 2 ** 31 - 1

/** A signal for an operation. Leaving the scope stops its clock. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal
}

/**
 * Fires with `closing`, and after so many seconds.
 *
 * @param seconds `null`: no limit. Below 0: it is over already.
 */
export function deadline(seconds: number | null, closing: AbortSignal): Deadline {
  if (seconds === null) return { signal: closing, [Symbol.dispose]() {} }
  const over = new AbortController()
  const stop = (): void => over.abort(new TimeoutError(seconds))
  if (seconds < 0) stop()
  const timer = setTimeout(stop, Math.min(Math.max(seconds, 0) * 1000, DELAY_MS_MAX))
  timer.unref()
  return { signal: AbortSignal.any([closing, over.signal]), [Symbol.dispose]: () => clearTimeout(timer) }
}

/** An operation took longer than it was given. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'

  constructor(seconds: number) {
    super(seconds < 0 ? `no time was left for it (timeout ${seconds})` : `timed out after ${seconds}s`)
  }
}
