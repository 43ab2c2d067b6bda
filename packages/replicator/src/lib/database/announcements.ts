/** Tells everybody who waits, whenever there is something to tell. */
export class Announcements {
  #waiting = Promise.withResolvers<void>()

  /** Resolves at the next announcement. */
  next(): Promise<void> {
    return this.#waiting.promise
  }

  announce(): void {
    const told = this.#waiting
    this.#waiting = Promise.withResolvers<void>()
    told.resolve()
  }
}
