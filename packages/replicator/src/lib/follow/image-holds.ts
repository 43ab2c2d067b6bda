/** Who reads the pinned image: while there is anybody, the pin stays where it is. */
export class ImageHolds {
  #readers = 0

  get any(): boolean {
    return this.#readers > 0
  }

  /** Until the returned function is called; calling it twice is fine. */
  hold(): () => void {
    this.#readers++
    let held = true
    return () => {
      if (held) this.#readers--
      held = false
    }
  }
}
