/** Enough to remove a temporary file. */
const WAIT_MS_MAX = 2000

/** Calls that are under way, so that whoever ends the process can wait until the interrupted ones have cleaned up. */
export class RunningCalls {
  readonly #running = new Set<Promise<unknown>>()

  async track<Result>(work: Promise<Result>): Promise<Result> {
    this.#running.add(work)
    try {
      return await work
    } finally {
      this.#running.delete(work)
    }
  }

  /** Resolves when none is left, however they end, or after `waitMsMax`: a storage that does not answer must not hold up a last sync. */
  async settled(waitMsMax: number = WAIT_MS_MAX): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, waitMsMax)
    await Promise.race([Promise.allSettled(this.#running), promise])
    clearTimeout(timer)
  }
}
