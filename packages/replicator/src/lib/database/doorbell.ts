/** One may wait at it, others ring. Ringing before anybody waits is heard as well. */
export class Doorbell {
  #hasRung = false
  #heard: (() => void) | null = null

  ring(): void {
    this.#hasRung = true
    this.#heard?.()
  }

  /** What rang so far was about something else. */
  silence(): void {
    this.#hasRung = false
  }

  /** Resolves when somebody rings or has rung, or when the signal fires. */
  async rung(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (this.#hasRung || signal.aborted) resolve()
    const stop = (): void => resolve()
    this.#heard = stop
    signal.addEventListener('abort', stop, { once: true })
    await promise
    signal.removeEventListener('abort', stop)
    this.#heard = null
    this.#hasRung = false
  }
}
