/** Runs jobs one after another in the order they came. A job that fails does not stop the next. */
export class SerialQueue {
  #tail: Promise<void> = Promise.resolve()
  #waiting = 0

  /** Jobs that run or wait. */
  get length(): number {
    return this.#waiting
  }

  run<Result>(job: () => Promise<Result> | Result): Promise<Result> {
    this.#waiting++
    const result = this.#tail.then(job)
    const ended = (): void => {
      this.#waiting--
    }
    this.#tail = result.then(ended, ended)
    return result
  }
}
