import type { Clock, SleepOptions } from '../clock.ts'

/** Node fires a longer timer at once; see "setTimeout" in its documentation. */
const TIMER_MS_MAX = 0x7fff_ffff

export const nodeClock: Clock = {
  wallMs: () => Date.now(),
  elapsedMs: () => process.uptime() * 1000, // as fine as `performance.now()`, for which Node loads more than it is worth at a start
  async sleep(delayMs: number, options: SleepOptions = {}): Promise<void> {
    options.signal?.throwIfAborted()
    let leftMs = delayMs
    do {
      const partMs = Math.min(leftMs, TIMER_MS_MAX)
      await sleepOnce(partMs, options.signal)
      leftMs -= partMs
    } while (leftMs > 0)
  },
}

function sleepOnce(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, delayMs)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
