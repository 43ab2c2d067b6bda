/** Tells everybody who waits, whenever there is something to tell. */
export class Announcements {
  #waiting = Promise.withResolvers<void>()

  /** Resolves at the next announcement. */
  next(): Promise<void> {
    return this.#waiting.promise
  }

  /** Resolves when `condition` holds, which is looked at with each announcement; or when `over` does. */
  async until(condition: () => boolean, over: Promise<unknown>): Promise<void> {
    const isOver = over.then(() => true)
    while (!condition()) {
      if (await Promise.race([isOver, this.next().then(() => false)])) return
    }
  }

  announce(): void {
    const told = this.#waiting
    this.#waiting = Promise.withResolvers<void>()
    told.resolve()
  }
}
