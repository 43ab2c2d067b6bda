/** No progress for too long. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
  readonly code: string = 'ETIMEDOUT'

  constructor(timeoutMs: number) {
    super(`ETIMEDOUT: no progress for ${timeoutMs} ms`)
  }
}

/**
 * Watches one request: fires its signal, and stops waiting for it, when it makes no progress for too long or one of the outer signals
 * fires. Azure's library has a time limit of its own, and was seen to hang beyond it.
 */
export class Deadline implements Disposable {
  readonly #controller: AbortController = new AbortController()
  readonly #timeoutMs: number
  readonly #outer: readonly AbortSignal[]
  readonly #onOuter: (event: Event) => void
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(timeoutMs: number, outer: readonly AbortSignal[]) {
    this.#timeoutMs = timeoutMs
    this.#outer = outer
    this.#onOuter = (event) => this.#controller.abort((event.target as AbortSignal).reason)
    for (const signal of outer) {
      if (signal.aborted) this.#controller.abort(signal.reason)
      else signal.addEventListener('abort', this.#onOuter, { once: true })
    }
  }

  /** To be given to the request. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Bytes have moved: the time begins again. */
  progress(): void {
    if (this.#timer !== undefined) this.#timer.refresh()
  }

  /** Waits; only then does time count. Rejects with what ended the wait, whether the promise settles or not. */
  async wait<Value>(promise: Promise<Value>): Promise<Value> {
    const { signal } = this
    const ended = Promise.withResolvers<never>()
    const onAbort = (): void => ended.reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    this.#timer = setTimeout(() => this.#controller.abort(new TimeoutError(this.#timeoutMs)), this.#timeoutMs)
    try {
      return await Promise.race([ended.promise, promise])
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    } finally {
      clearTimeout(this.#timer)
      this.#timer = undefined
      signal.removeEventListener('abort', onAbort)
    }
  }

  /** Lets go of the outer signals. */
  [Symbol.dispose](): void {
    for (const signal of this.#outer) signal.removeEventListener('abort', this.#onOuter)
  }
}
