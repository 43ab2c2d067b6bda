import { exitCodeOf, type CommandIo, type StopSignal } from '../program/io.ts'

/**
 * Counts the signals that ask a running replicator to stop: the first begins the shutdown, the second cuts it short, the third ends the
 * process at once.
 */
export class StopSignals implements Disposable {
  /** Resolves with the first signal. */
  readonly first: Promise<StopSignal>
  readonly #begun = new AbortController()
  readonly #cut = new AbortController()
  readonly #stopListening: () => void
  readonly #listeners = new Set<(signal: StopSignal) => void>()
  #count = 0

  constructor(io: CommandIo) {
    const { promise, resolve } = Promise.withResolvers<StopSignal>()
    this.first = promise
    this.#stopListening = io.onSignal((signal) => {
      this.#count++
      if (this.#count === 1) {
        resolve(signal)
        this.#begun.abort(new Error(`stopped by ${signal}`))
      }
      if (this.#count === 2) this.#cut.abort(new Error(`a second ${signal} cut the shutdown short`))
      for (const listener of this.#listeners) listener(signal)
      if (this.#count >= 3) io.endNow(exitCodeOf(signal))
    })
  }

  /** How many have come. */
  get count(): number {
    return this.#count
  }

  /** Fires with the first signal. */
  get begun(): AbortSignal {
    return this.#begun.signal
  }

  /** Fires with the second signal. */
  get cutShort(): AbortSignal {
    return this.#cut.signal
  }

  /** Calls `listener` for each further signal, before a third ends the process. */
  onEach(listener: (signal: StopSignal) => void): void {
    this.#listeners.add(listener)
  }

  [Symbol.dispose](): void {
    this.#stopListening()
  }
}
