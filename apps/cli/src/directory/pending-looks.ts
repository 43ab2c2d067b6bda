/** By directory, the names to look at; `null`: all. */
type Names = Set<string> | null

export interface PendingLooksParts {
  /** From the first event to the look at all that came meanwhile, in milliseconds. */
  readonly pauseMs: number
  /** Handles its own failures. */
  readonly look: (directory: string, names: ReadonlySet<string> | null) => Promise<void>
  /** Called when nothing is left to look at for now. */
  readonly onCalm: () => void
}

/** Gathers what events are about, and has it looked at a moment later: each name once, one directory after another. */
export class PendingLooks {
  readonly #parts: PendingLooksParts
  #pending = new Map<string, Names>()
  #isUrgent = false
  #running: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(parts: PendingLooksParts) {
    this.#parts = parts
  }

  /**
   * @param name `null`: everything in the directory.
   * @param isUrgent When looks are under way: right behind them, without a pause.
   */
  add(directory: string, name: string | null, isUrgent = false): void {
    if (this.#isClosed) return
    const names = this.#pending.get(directory)
    if (name === null) this.#pending.set(directory, null)
    else if (names === undefined) this.#pending.set(directory, new Set([name]))
    else names?.add(name)
    this.#isUrgent ||= isUrgent
    if (this.#running === null) this.#arm()
  }

  /** Looks now; resolves when nothing urgent is left. */
  async run(): Promise<void> {
    this.#running ??= this.#lookUntilCalm().finally(() => {
      this.#running = null
      if (this.#pending.size > 0) this.#arm()
      this.#parts.onCalm()
    })
    await this.#running
  }

  /** Resolves when the look that is under way is over. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#running
  }

  #arm(): void {
    if (this.#isClosed) return
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      void this.run()
    }, this.#parts.pauseMs)
  }

  async #lookUntilCalm(): Promise<void> {
    do {
      this.#isUrgent = false
      const batch = this.#pending
      this.#pending = new Map()
      for (const [directory, names] of batch) {
        if (this.#isClosed) return
        await this.#parts.look(directory, names)
      }
    } while (this.#isUrgent)
  }
}
