import type { Files, Logger } from '@ltx/env'
import { isBelow } from '../config/database-below.ts'

interface Watched {
  /** Of the directory that is watched: another one may come to have its name. */
  readonly identity: string
  /** `null`: no events come from it. */
  stop: (() => void) | null
}

export interface WatchedTreeParts {
  readonly files: Pick<Files, 'watch'>
  readonly logger: Logger
  /** `null`: the system did not say what has changed, or where. */
  readonly onEvent: (directory: string, name: string | null) => void
}

/** The directories in which databases are looked for, each with its watch. */
export class WatchedTree {
  readonly #parts: WatchedTreeParts
  readonly #directories = new Map<string, Watched>()
  #hasWarned = false

  constructor(parts: WatchedTreeParts) {
    this.#parts = parts
  }

  get paths(): string[] {
    return [...this.#directories.keys()]
  }

  has(path: string): boolean {
    return this.#directories.has(path)
  }

  /** Are there some from which no events come? */
  get hasUnwatched(): boolean {
    return [...this.#directories.values()].some(({ stop }) => stop === null)
  }

  /** Watches a directory. @returns false: this very directory is there already. */
  add(path: string, identity: string): boolean {
    const before = this.#directories.get(path)
    if (before?.identity === identity) return false
    before?.stop?.()
    const watched: Watched = { identity, stop: null }
    this.#directories.set(path, watched)
    this.#watch(path, watched)
    return true
  }

  /** Ends the watches of a directory and of all below it. */
  drop(path: string): void {
    for (const [other, watched] of this.#directories) {
      if (other !== path && !isBelow(path, other)) continue
      watched.stop?.()
      this.#directories.delete(other)
    }
  }

  /** Tries again where no events come from. */
  retry(): void {
    for (const [path, watched] of this.#directories) if (watched.stop === null) this.#watch(path, watched)
  }

  close(): void {
    for (const { stop } of this.#directories.values()) stop?.()
    this.#directories.clear()
  }

  #watch(path: string, watched: Watched): void {
    const { files, logger, onEvent } = this.#parts
    let hasFailed = false
    const stop = files.watch(
      path,
      ({ name }) => onEvent(path, name),
      (error) => {
        hasFailed = true
        watched.stop = null
        if (this.#directories.get(path) !== watched) return
        onEvent(path, null)
        if (this.#hasWarned) return
        this.#hasWarned = true // one is enough: where the system has too few watches, there are thousands
        logger.log('warn', 'a directory cannot be watched; it is looked at now and then instead', {
          path,
          error,
        })
      },
    )
    if (!hasFailed) watched.stop = stop
  }
}
