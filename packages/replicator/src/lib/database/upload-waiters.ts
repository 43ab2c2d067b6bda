import type { Txid } from '@ltx/format'

interface Waiter {
  readonly txid: Txid
  readonly isImpatient: boolean
  resolve(): void
  reject(error: Error): void
}

/** Those who wait until the replica holds everything up to a TXID. */
export class UploadWaiters {
  #waiters: Waiter[] = []
  #failure: Error | null = null

  /** @param isImpatient A failed attempt to upload ends it. */
  wait(txid: Txid, signal?: AbortSignal, isImpatient: boolean = false): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiter = { txid, isImpatient, resolve, reject }
    this.#waiters.push(waiter)
    const stop = (): void => {
      this.#waiters = this.#waiters.filter((other) => other !== waiter)
      reject(signal?.reason as Error)
    }
    if (signal?.aborted === true) stop()
    signal?.addEventListener('abort', stop, { once: true })
    return promise.finally(() => signal?.removeEventListener('abort', stop))
  }

  confirmed(txid: Txid): void {
    const reached = this.#waiters.filter((waiter) => waiter.txid <= txid)
    this.#waiters = this.#waiters.filter((waiter) => waiter.txid > txid)
    for (const waiter of reached) waiter.resolve()
  }

  /** It is tried again later. */
  attemptFailed(error: Error): void {
    const ended = this.#waiters.filter(({ isImpatient }) => isImpatient)
    this.#waiters = this.#waiters.filter(({ isImpatient }) => !isImpatient)
    for (const waiter of ended) waiter.reject(error)
  }

  /** Nothing will be confirmed any more: also for those who come later. */
  fail(error: Error): void {
    this.#failure ??= error
    const all = this.#waiters
    this.#waiters = []
    for (const waiter of all) waiter.reject(error)
  }
}
