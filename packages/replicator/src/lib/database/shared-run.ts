/**
 * Runs that many share, for an action whose result counts only if it began after it was asked for: whoever asks while a run is under way
 * waits for the next one, together with all others who do. One run at a time.
 */
export class SharedRun<Result> {
  readonly #act: () => Promise<Result>
  #underWay: Promise<unknown> = Promise.resolve()
  #next: Promise<Result> | null = null

  constructor(act: () => Promise<Result>) {
    this.#act = act
  }

  /** The result of a run that begins after this call. */
  run(): Promise<Result> {
    this.#next ??= this.#afterThisOne()
    return this.#next
  }

  async #afterThisOne(): Promise<Result> {
    await this.#underWay.catch(() => {}) // also lets those who ask in the same turn come along
    const run = this.#act()
    this.#underWay = run
    this.#next = null
    return await run
  }
}
