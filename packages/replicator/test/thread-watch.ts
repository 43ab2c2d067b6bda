import type { Worker } from 'node:worker_threads'

/** The worker threads that were started since it was made. */
export class ThreadWatch implements Disposable {
  readonly started: Worker[] = []
  readonly #alive = new Set<Worker>()
  readonly #onWorker = (worker: Worker): void => {
    this.started.push(worker)
    this.#alive.add(worker)
    worker.once('exit', () => this.#alive.delete(worker))
  }

  constructor() {
    process.on('worker', this.#onWorker)
  }

  get alive(): number {
    return this.#alive.size
  }

  /** Ends every thread, as running out of memory would. */
  async kill(): Promise<void> {
    await Promise.all([...this.#alive].map((worker) => worker.terminate()))
  }

  [Symbol.dispose](): void {
    process.off('worker', this.#onWorker)
  }
}
