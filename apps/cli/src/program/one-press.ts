/** Two presses of Ctrl-C on purpose are further apart than this. */
const SAME_PRESS_MS = 250

/**
 * Passes a signal on unless it comes right after another one. Whoever starts us, such as npm or timeout, hears a Ctrl-C as we do and
 * sends it to us once more; a second signal means "do not wait", and must not come of one press.
 */
export function onePress<Signal>(
  listener: (signal: Signal) => void,
  nowMs: () => number,
): (signal: Signal) => void {
  let lastMs = Number.NEGATIVE_INFINITY
  return (signal) => {
    const now = nowMs()
    if (now - lastMs < SAME_PRESS_MS) return
    lastMs = now
    listener(signal)
  }
}
