import { basename, dirname, join } from 'node:path'
import type { Files, Logger } from '@ltx/env'
import { isBelow } from '../config/database-below.ts'
import type { DirectoryRules } from './directory-rules.ts'
import { warnOfLink } from './find-databases.ts'
import { JobQueue } from './job-queue.ts'
import { directoryIdentity, listEntries, lookAt, type EntryKind } from './list-entries.ts'
import { PendingLooks } from './pending-looks.ts'
import { HEADER_BYTES, hasSqliteHeader } from './sqlite-header.ts'
import type { TrackedFiles } from './tracked-files.ts'
import { WatchedTree } from './watched-tree.ts'

/** Who follows the databases. */
export interface DirectoryHost {
  /** Every database, stopped ones included, wherever it comes from. */
  managedPaths(): readonly string[]
  isManaged(path: string): boolean
  /** @param isDatabase Asked at a moment when nothing of ours has the file open. */
  add(
    path: string,
    isDatabase: () => Promise<boolean>,
    signal: AbortSignal,
  ): Promise<'added' | 'already' | 'no database'>
  /** A last sync, which `signal` cuts short, then the file is closed. */
  remove(path: string, signal: AbortSignal): Promise<void>
}

export interface DirectoryWatcherParts {
  readonly rules: DirectoryRules
  readonly host: DirectoryHost
  /** Shared by all watchers of a process. */
  readonly tracked: TrackedFiles
  readonly files: Pick<Files, 'watch'>
  readonly logger: Logger
  /** Databases of the directory that are followed already. */
  readonly known: readonly string[]
  readonly pauses?: Partial<Pauses>
}

/** Milliseconds. */
interface Pauses {
  /** From the first event to the look at what it was about, together with all that came meanwhile. */
  readonly debounce: number
  /** Between looks at everything: for what no event told of. */
  readonly rescan: number
  /** The same while a directory is not watched. */
  readonly unwatched: number
  /** The same while the whole directory is missing. */
  readonly missing: number
}

const PAUSES: Pauses = { debounce: 250, rescan: 60_000, unwatched: 5000, missing: 1000 }
/** Databases that are opened or closed at once. */
const JOBS_MAX = 8

/**
 * Keeps the databases of a directory in step with its files: those that appear are added, those that go are removed. Learns of changes
 * by events; what an event is about is looked at a moment later, many at once. Never opens the file of a database that is followed.
 */
export class DirectoryWatcher {
  readonly #parts: DirectoryWatcherParts
  readonly #pauses: Pauses
  readonly #tree: WatchedTree
  /** By directory, the names of its databases that came from here. */
  readonly #known = new Map<string, Set<string>>()
  /** Files that are no databases, as they were when that was found out. */
  readonly #rejected = new Map<string, string>()
  /** Files that another database still has open, under the name they had before. */
  readonly #deferred = new Set<string>()
  /** Links that were told of, and directories that cannot be read. */
  readonly #toldOf = new Set<string>()
  /** What changes a path while a job of it waits or runs is looked at when that is over. */
  readonly #jobs = new JobQueue(JOBS_MAX, (path) => this.#looks.add(dirname(path), basename(path)))
  readonly #looks: PendingLooks
  readonly #closing = new AbortController()
  #rescanTimer: { readonly timeout: NodeJS.Timeout; readonly pause: number } | null = null
  readonly #stopListening: () => void
  #isMissing = false

  constructor(parts: DirectoryWatcherParts) {
    this.#parts = parts
    this.#pauses = { ...PAUSES, ...parts.pauses }
    for (const path of parts.known) this.#know(path)
    this.#stopListening = parts.tracked.onFree(() => {
      for (const path of this.#deferred) this.#looks.add(dirname(path), basename(path))
      this.#deferred.clear()
    })
    this.#looks = new PendingLooks({
      pauseMs: this.#pauses.debounce,
      look: (directory, names) => this.#lookInto(directory, names),
      onCalm: () => {
        if (this.#rescanTimer !== null && this.#rescanPause < this.#rescanTimer.pause) this.#scheduleRescan()
      },
    })
    this.#tree = new WatchedTree({ ...parts, onEvent: (directory, name) => this.#heard(directory, name) })
  }

  /** Begins to watch, then looks at everything once: what changed before the first event. Additions and removals go on behind it. */
  async start(): Promise<void> {
    await this.#parts.tracked.learn(this.#parts.host.managedPaths())
    await this.#rescan()
    this.#scheduleRescan()
  }

  /** Ends everything; the databases stay with whoever follows them. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the directory is watched no more'))
    if (this.#rescanTimer !== null) clearTimeout(this.#rescanTimer.timeout)
    this.#stopListening()
    this.#tree.close()
    this.#jobs.clear()
    await this.#looks.close()
    await this.#jobs.whenIdle()
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  #heard(directory: string, name: string | null): void {
    // Every commit writes to these.
    if (name !== null && /-(?:wal|shm|journal)$/.test(name)) return
    const { rules } = this.#parts
    if (name !== null && !rules.recursive && !rules.isCandidate(name) && name !== basename(directory)) return
    this.#looks.add(directory, name)
  }

  async #lookInto(directory: string, names: ReadonlySet<string> | null): Promise<void> {
    if (!this.#tree.has(directory)) return
    try {
      const identity = await directoryIdentity(directory)
      if (identity === null) return this.#directoryGone(directory)
      const isAnother = this.#tree.add(directory, identity)
      if (isAnother) this.#lookBelow(directory)
      const entries = names === null || isAnother ? await listEntries(directory) : null
      const wanted =
        entries === null ? names : new Set([...entries.keys(), ...(this.#known.get(directory) ?? [])])
      for (const name of wanted ?? []) {
        const path = join(directory, name)
        const kind = entries === null ? ((await lookAt(path))?.kind ?? null) : (entries.get(name) ?? null)
        await this.#examine(path, kind)
      }
      this.#toldOf.delete(directory)
    } catch (error) {
      if (this.#toldOf.has(directory)) return
      this.#toldOf.add(directory)
      this.#log('a directory cannot be read', directory, error)
    }
  }

  /** Everything that is watched in a directory. */
  #lookBelow(directory: string): void {
    for (const other of this.#tree.paths) if (isBelow(directory, other)) this.#looks.add(other, null, true)
  }

  async #examine(path: string, kind: EntryKind | null): Promise<void> {
    const { rules, logger } = this.#parts
    if (kind !== 'directory' && this.#tree.has(path)) this.#directoryGone(path)
    if (kind !== 'file') {
      this.#rejected.delete(path)
      if (this.#isKnown(path)) this.#job(path, () => this.#remove(path))
    }
    if (kind === 'directory') {
      const identity = rules.recursive && rules.isEntered(path) ? await directoryIdentity(path) : null
      if (identity !== null && this.#tree.add(path, identity)) this.#looks.add(path, null, true)
    } else if (kind === 'file' && rules.isCandidate(basename(path)) && !this.#isKnown(path)) {
      this.#job(path, () => this.#add(path))
    } else if (kind === 'link' && rules.isCandidate(basename(path)) && !this.#toldOf.has(path)) {
      this.#toldOf.add(path)
      warnOfLink(logger, path)
    }
  }

  #job(path: string, act: () => Promise<void>): void {
    this.#jobs.add(path, async () => {
      try {
        await act()
      } catch (error) {
        if (!this.#isClosed)
          this.#log('a database of a directory could not be taken in or let go', path, error)
      }
    })
  }

  async #add(path: string): Promise<void> {
    const { host, tracked, logger } = this.#parts
    const looked = await lookAt(path)
    if (looked?.kind !== 'file' || looked.size < HEADER_BYTES) return // its next event comes with more in it
    if (this.#rejected.get(path) === looked.version || host.isManaged(path)) return
    await tracked.learn(host.managedPaths())
    if (tracked.holderOf(looked.identity) !== null) {
      this.#deferred.add(path)
      return
    }
    tracked.set(path, looked.identity) // before it is opened: a second name of this file must wait
    let outcome: Awaited<ReturnType<DirectoryHost['add']>> | 'failed' = 'failed'
    try {
      outcome = await host.add(path, () => hasSqliteHeader(path), this.#closing.signal)
    } finally {
      if (outcome === 'failed' || outcome === 'no database') tracked.forget(path)
    }
    if (outcome === 'no database') this.#rejected.set(path, looked.version)
    if (outcome !== 'added') return
    this.#know(path)
    logger.log('info', 'a database has appeared', { path })
  }

  async #remove(path: string): Promise<void> {
    const { host, tracked, logger } = this.#parts
    if ((await lookAt(path))?.kind === 'file') return // another file has its name by now; the engine notices that
    try {
      await host.remove(path, this.#closing.signal)
      logger.log('info', 'a database has gone; it is closed', { path })
    } catch (cause) {
      if (this.#isClosed) throw cause
      // Nothing can be read any more; the replica ends with what was read before.
      const error = cause instanceof Error ? cause : String(cause)
      logger.log('warn', 'a database has gone; it is closed', { error, path })
    } finally {
      this.#forget(path)
      tracked.forget(path)
    }
  }

  #directoryGone(directory: string): void {
    const { rules, logger } = this.#parts
    if (directory === rules.root && !this.#isMissing) {
      this.#isMissing = true
      logger.log('warn', 'the directory of databases has gone; it is waited for', { dir: directory })
    }
    this.#tree.drop(directory)
    for (const [folder, names] of this.#known) {
      if (folder !== directory && !isBelow(directory, folder)) continue
      for (const name of names) this.#job(join(folder, name), () => this.#remove(join(folder, name)))
    }
  }

  async #lookForRoot(): Promise<void> {
    const { rules, logger } = this.#parts
    if (this.#tree.has(rules.root)) return
    const identity = await directoryIdentity(rules.root)
    if (this.#isClosed) return
    if (identity === null) return this.#directoryGone(rules.root)
    if (this.#isMissing) logger.log('info', 'the directory of databases is there again', { dir: rules.root })
    this.#isMissing = false
    this.#tree.add(rules.root, identity)
    this.#looks.add(rules.root, null, true)
  }

  get #rescanPause(): number {
    const { missing, unwatched, rescan } = this.#pauses
    if (this.#isMissing) return missing
    return this.#tree.hasUnwatched ? unwatched : rescan
  }

  #scheduleRescan(): void {
    if (this.#rescanTimer !== null) clearTimeout(this.#rescanTimer.timeout)
    if (this.#isClosed) return
    const pause = this.#rescanPause
    const timeout = setTimeout(() => void this.#rescan().finally(() => this.#scheduleRescan()), pause)
    this.#rescanTimer = { timeout, pause }
  }

  async #rescan(): Promise<void> {
    await this.#lookForRoot().catch(() => {}) // the next one comes soon
    this.#tree.retry()
    for (const directory of this.#tree.paths) this.#looks.add(directory, null)
    await this.#looks.run()
    for (const directory of this.#known.keys()) if (!this.#tree.has(directory)) this.#directoryGone(directory)
  }

  #isKnown(path: string): boolean {
    return this.#known.get(dirname(path))?.has(basename(path)) === true
  }

  #know(path: string): void {
    const names = this.#known.get(dirname(path)) ?? new Set()
    this.#known.set(dirname(path), names.add(basename(path)))
  }

  #forget(path: string): void {
    const names = this.#known.get(dirname(path))
    names?.delete(basename(path))
    if (names?.size === 0) this.#known.delete(dirname(path))
  }

  #log(message: string, path: string, error: unknown): void {
    this.#parts.logger.log('error', message, { path, error: error instanceof Error ? error : String(error) })
  }
}
