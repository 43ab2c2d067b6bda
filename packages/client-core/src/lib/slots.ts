/** A fixed number of slots, handed out in the order of asking. */
export class Slots {
  #free: number
  readonly #waiting: Set<() => void> = new Set()

  /** @throws {RangeError} unless `count` is a whole number of at least 1 */
  constructor(count: number) {
    if (!Number.isInteger(count) || count < 1) throw new RangeError(`${count} slots`)
    this.#free = count
  }

  /** Runs `work` while holding a slot. A signal that fires during the wait rejects with its reason, and `work` is not run. */
  async use<Result>(signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result> {
    await this.#take(signal)
    try {
      return await work()
    } finally {
      this.#giveBack()
    }
  }

  async #take(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    if (this.#free > 0) {
      this.#free--
      return
    }
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.delete(onSlot)
        reject(signal?.reason)
      }
      const onSlot = (): void => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }
      this.#waiting.add(onSlot)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** Hands the slot to the longest waiting, so that nobody who comes later overtakes. */
  #giveBack(): void {
    for (const onSlot of this.#waiting) {
      this.#waiting.delete(onSlot)
      onSlot()
      return
    }
    this.#free++
  }
}
