import type { Env, WatchEvent } from '@ltx/env'

/** What changed: the database file (also: it appeared), its WAL, or something the system did not name. */
export type WatchedChange = 'database' | 'wal' | 'unknown'

export type WatchListener = (change: WatchedChange) => void

export interface WatchReports {
  /** Events of a directory stopped coming, or never came. From now on only the slow poll sees its changes. Once until it recovers. */
  onFailed(directory: string, error: Error): void
  /** They come again. */
  onRecovered(directory: string): void
}

interface Directory {
  readonly path: string
  /** By the database's file name. */
  readonly listeners: Map<string, Set<WatchListener>>
  /** `null`: not watched at the moment. */
  stop: (() => void) | null
  /** Not watched because nobody needs it. */
  isPaused: boolean
  reported: boolean
}

const WAL_SUFFIX = '-wal'

/**
 * One watch for each directory in which there are databases, however many. `-shm` and everything else that changes there is ignored:
 * SQLite touches it for reads as well.
 */
export class DirectoryWatches {
  readonly #env: Pick<Env, 'files'>
  readonly #reports: WatchReports
  readonly #directories = new Map<string, Directory>()

  constructor(env: Pick<Env, 'files'>, reports: WatchReports) {
    this.#env = env
    this.#reports = reports
  }

  /**
   * Calls `listener` when the database `name` in `directory` or its WAL changes. The database need not exist yet.
   *
   * @returns Ends it; calling it twice is fine. The last one to leave a directory ends its watch.
   */
  add(directory: string, name: string, listener: WatchListener): () => void {
    const entry = this.#directories.get(directory) ?? this.#enter(directory)
    const own: WatchListener = (change) => listener(change) // the same function may listen twice
    const listeners = entry.listeners.get(name) ?? new Set()
    entry.listeners.set(name, listeners.add(own))
    return () => {
      listeners.delete(own)
      if (listeners.size === 0 && entry.listeners.get(name) === listeners) entry.listeners.delete(name)
      if (entry.listeners.size === 0) this.#leave(entry)
    }
  }

  /** Whether events of this directory are expected to come. */
  isWatching(directory: string): boolean {
    const entry = this.#directories.get(directory)
    return entry !== undefined && (entry.stop !== null || entry.isPaused)
  }

  /** The databases that somebody listens for, by name. */
  names(directory: string): string[] {
    return [...(this.#directories.get(directory)?.listeners.keys() ?? [])]
  }

  /** Does without events until {@link DirectoryWatches.resume}: somebody else looks after the databases, and `tell`s. */
  pause(directory: string): void {
    const entry = this.#directories.get(directory)
    if (entry === undefined || entry.stop === null) return
    entry.stop()
    entry.stop = null
    entry.isPaused = true
  }

  /** Events are needed again. Everybody looks once for what came just before the first of them. */
  resume(directory: string): void {
    const entry = this.#directories.get(directory)
    if (entry === undefined || !entry.isPaused) return
    entry.isPaused = false
    this.#watch(entry)
    dispatch(entry, { name: null })
  }

  /** As an event of the database's file would. */
  tell(directory: string, name: string): void {
    tell(this.#directories.get(directory)?.listeners.get(name), 'unknown')
  }

  /**
   * For the slow poll: opens failed watches again, and tells their databases to look for what they missed. A watch counts as recovered
   * if it is still there at the next call.
   */
  retryFailed(): void {
    for (const entry of this.#directories.values()) {
      if (entry.isPaused) continue
      if (entry.stop === null) {
        this.#watch(entry)
        dispatch(entry, { name: null })
      } else if (entry.reported) {
        entry.reported = false
        this.#reports.onRecovered(entry.path)
      }
    }
  }

  /** Ends all watches. */
  close(): void {
    for (const entry of this.#directories.values()) this.#leave(entry)
  }

  #enter(path: string): Directory {
    const entry: Directory = { path, listeners: new Map(), stop: null, isPaused: false, reported: false }
    this.#directories.set(path, entry)
    this.#watch(entry)
    return entry
  }

  #leave(entry: Directory): void {
    entry.stop?.()
    entry.stop = null
    entry.listeners.clear()
    if (this.#directories.get(entry.path) === entry) this.#directories.delete(entry.path)
  }

  #watch(entry: Directory): void {
    let failed = false
    const stop = this.#env.files.watch(
      entry.path,
      (event) => dispatch(entry, event),
      (error) => {
        failed = true
        if (this.#directories.get(entry.path) !== entry) return
        entry.stop = null
        if (entry.reported) return
        entry.reported = true
        this.#reports.onFailed(entry.path, error)
      },
    )
    if (!failed) entry.stop = stop
  }
}

function dispatch(entry: Directory, { name }: WatchEvent): void {
  if (name === null) {
    for (const listeners of entry.listeners.values()) tell(listeners, 'unknown')
    return
  }
  tell(entry.listeners.get(name), 'database')
  if (name.endsWith(WAL_SUFFIX)) tell(entry.listeners.get(name.slice(0, -WAL_SUFFIX.length)), 'wal')
}

function tell(listeners: ReadonlySet<WatchListener> | undefined, change: WatchedChange): void {
  for (const listener of listeners ?? []) listener(change)
}
