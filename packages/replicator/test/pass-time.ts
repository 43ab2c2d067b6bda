import type { SimClock } from '@ltx/env/sim'

/** Lets simulated time pass until `work` is over. */
export async function passTime<Result>(clock: SimClock, work: Promise<Result>): Promise<Result> {
  let isOver = false
  const end = (): void => void (isOver = true)
  work.then(end, end)
  while (!isOver) await clock.settle()
  return await work
}
