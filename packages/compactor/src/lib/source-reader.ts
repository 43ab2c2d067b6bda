/** Chunks of one source, with a look ahead, and an abort that does not wait for a source that hangs. */
export class SourceReader {
  readonly #iterator: AsyncIterator<Uint8Array>
  readonly #signal: AbortSignal | undefined
  /** Read by `peek`, not yet handed out; ours. */
  #ahead: Uint8Array[] = []
  #isWaiting = false
  #isDone = false
  #bytesRead = 0

  constructor(source: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined) {
    this.#iterator = source[Symbol.asyncIterator]()
    this.#signal = signal
  }

  /** Bytes that the source gave so far. */
  get bytesRead(): number {
    return this.#bytesRead
  }

  /** Reads on until the source has given more than `bytes`. True: it ended before, and all of it is held in memory. */
  async peek(bytes: number): Promise<boolean> {
    while (this.#bytesRead <= bytes) {
      const chunk = await this.#read() // oxlint-disable-line no-await-in-loop -- a stream
      if (chunk === null) return true
      this.#ahead.push(chunk.slice())
    }
    return false
  }

  /** The next chunk, borrowed until the next call; null at the end. Rejects with `signal.reason` itself once aborted. */
  async next(): Promise<Uint8Array | null> {
    return this.#ahead.shift() ?? (await this.#read())
  }

  /** Tells the source that no more is wanted. One whose last read has not returned is told, but not waited for. */
  async close(): Promise<void> {
    this.#ahead = []
    if (this.#isDone) return
    this.#isDone = true
    // a source that cannot stop cleanly changes nothing: its bytes are not used any more
    const closing = Promise.resolve(this.#iterator.return?.()).catch(() => {})
    if (!this.#isWaiting) await closing
  }

  async #read(): Promise<Uint8Array | null> {
    if (this.#isDone) return null
    this.#signal?.throwIfAborted()
    const result = await this.#nextOrAbort()
    if (result.done === true) {
      this.#isDone = true
      return null
    }
    this.#bytesRead += result.value.length
    return result.value
  }

  async #nextOrAbort(): Promise<IteratorResult<Uint8Array, unknown>> {
    const signal = this.#signal
    const aborted = Promise.withResolvers<never>()
    aborted.promise.catch(() => {}) // the abort may come when nothing is waited for any more
    const onAbort = (): void => aborted.reject(signal?.reason)
    const settled = (): void => void (this.#isWaiting = false)
    signal?.addEventListener('abort', onAbort, { once: true }) // before `next`, which may abort
    try {
      this.#isWaiting = true
      const next = this.#iterator.next()
      next.then(settled, settled)
      return await Promise.race([next, aborted.promise])
    } catch (error) {
      throw signal?.aborted === true ? signal.reason : error
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }
}
