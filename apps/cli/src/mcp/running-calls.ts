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

  /** Resolves when none is left, however they end. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running)
  }
}
