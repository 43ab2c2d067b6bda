import type { WatchEvent } from '../files.ts'

interface Watch {
  readonly directory: string
  readonly onEvent: (event: WatchEvent) => void
  readonly onError: (error: Error) => void
}

/** Who wants to hear of changes in which directory. Told after the change, as by a real system, not during it. */
export class SimWatches {
  #watches: Watch[] = []

  add(watch: Watch): () => void {
    this.#watches.push(watch)
    return () => this.#drop(watch)
  }

  notify(directory: string, name: string): void {
    for (const watch of this.#watches) {
      if (watch.directory !== directory) continue
      queueMicrotask(() => {
        if (this.#watches.includes(watch)) watch.onEvent({ name })
      })
    }
  }

  /** Ends every watch with this error. */
  breakAll(error: Error): void {
    for (const watch of this.#watches) this.fail(watch, error)
  }

  /** Ends one watch, also one that was never added. */
  fail(watch: Watch, error: Error): void {
    this.#drop(watch)
    queueMicrotask(() => watch.onError(error))
  }

  dropAll(): void {
    this.#watches = []
  }

  #drop(watch: Watch): void {
    this.#watches = this.#watches.filter((other) => other !== watch)
  }
}
