/** Runs jobs a few at a time, in the order they came, never two of one key at once. */
export class JobQueue {
  readonly #jobsMax: number
  readonly #onMissed: (key: string) => void
  readonly #waiting: { readonly key: string; readonly act: () => Promise<void> }[] = []
  /** Keys whose job waits or runs; true: another one was asked for meanwhile. */
  readonly #keys = new Map<string, boolean>()
  readonly #idle = new Set<() => void>()
  #running = 0

  /** @param onMissed Called at the end of a job when another one of its key was asked for meanwhile, and not taken. */
  constructor(jobsMax: number, onMissed: (key: string) => void) {
    this.#jobsMax = jobsMax
    this.#onMissed = onMissed
  }

  /** @param act Handles its own failures. Not called when a job of this key waits or runs. */
  add(key: string, act: () => Promise<void>): void {
    if (this.#keys.has(key)) {
      this.#keys.set(key, true)
      return
    }
    this.#keys.set(key, false)
    this.#waiting.push({ key, act })
    this.#start()
  }

  /** Drops what has not begun. */
  clear(): void {
    for (const { key } of this.#waiting) this.#keys.delete(key)
    this.#waiting.length = 0
  }

  /** Resolves when nothing runs or waits. */
  async whenIdle(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#idle.add(resolve))
  }

  #start(): void {
    while (this.#running < this.#jobsMax) {
      const job = this.#waiting.shift()
      if (job === undefined) return
      this.#running++
      void job.act().finally(() => this.#ended(job.key))
    }
  }

  #ended(key: string): void {
    this.#running--
    const wasMissed = this.#keys.get(key)
    this.#keys.delete(key)
    if (wasMissed === true) this.#onMissed(key)
    this.#start()
    if (this.#running > 0) return
    for (const resolve of this.#idle) resolve()
    this.#idle.clear()
  }
}
