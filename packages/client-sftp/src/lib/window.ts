/** So many promises at once, and no more: whoever adds one waits for room. The first failure comes out at the next occasion. */
export class Window {
  readonly #size: number
  readonly #underWay: Set<Promise<void>> = new Set()
  #failure: { readonly error: unknown } | null = null

  constructor(size: number) {
    this.#size = size
  }

  async add(promise: Promise<unknown>): Promise<void> {
    const watched = promise.then(
      () => void this.#underWay.delete(watched),
      (error: unknown) => {
        this.#underWay.delete(watched)
        this.#failure ??= { error }
      },
    )
    this.#underWay.add(watched)
    while (this.#underWay.size >= this.#size) await Promise.race(this.#underWay)
    this.#check()
  }

  /** Waits for all of them. */
  async drain(): Promise<void> {
    await Promise.all(this.#underWay)
    this.#check()
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure.error
  }
}
