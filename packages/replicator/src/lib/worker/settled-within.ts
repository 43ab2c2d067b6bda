import type { Clock } from '@ltx/env'

/** Waits for `work`, however it ends, for so long at most. Leaves no timer. @returns false: it is not over; it goes on unheard. */
export async function settledWithin(
  clock: Pick<Clock, 'sleep'>,
  limitMs: number,
  work: Promise<unknown>,
): Promise<boolean> {
  const done = new AbortController()
  const timeout = clock.sleep(limitMs, { signal: done.signal }).then(
    () => false,
    () => true,
  )
  const settled = work.then(
    () => true,
    () => true,
  )
  try {
    return await Promise.race([settled, timeout])
  } finally {
    done.abort(IN_TIME)
  }
}

/** Nobody sees it. One for all: the one that a signal makes for itself costs more than the timer. */
const IN_TIME = new Error('it is over')
