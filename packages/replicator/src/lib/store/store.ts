import { basename, dirname, resolve } from 'node:path'
import type { CallOptions, ReplicaClient } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { Database } from '../database/database.ts'
import { DatabaseTally } from '../database/database-counts.ts'
import type { FollowerPort } from '../database/follower-port.ts'
import { DatabaseFollower } from '../database/database-follower.ts'
import { metaPathOf } from '../database/meta-path.ts'
import { SerialQueue } from '../database/serial-queue.ts'
import { ReplicatorError } from '../errors.ts'
import { KeptDescriptors } from '../follow/kept-descriptors.ts'
import type { ReplicatorEvent, ReplicatorListener } from '../events.ts'
import { databaseSettings, storeSettings, type DatabaseSettings, type StoreSettings } from '../settings.ts'
import type { SqliteDriver } from '../sqlite/sqlite-driver.ts'
import { HotDirectories } from '../wake/hot-directories.ts'
import { DirectoryWatches } from '../wake/watch-directory.ts'
import type { DriverName } from '../worker/worker-messages.ts'
import { WorkerPool } from '../worker/worker-pool.ts'
import { ClaimedFiles } from './claimed-files.ts'
import { ClaimedReplicas } from './claimed-replicas.ts'
import { closeDatabases } from './close-databases.ts'
import { Dormancy } from './dormancy.ts'
import { inTurns } from './in-turns.ts'
import { MaintenanceLoop } from './maintenance-loop.ts'
import { runPollLoop } from './poll-loop.ts'

/** Databases that are opened at once. */
const OPENINGS_MAX = 50

export interface StoreComponents {
  readonly env: Env
  /** A name for worker threads (`better-sqlite3` when absent), or the application's own driver for `workers: 'in-process'`. */
  readonly driver?: DriverName | SqliteDriver | undefined
}

export interface DatabaseConfig {
  /** Path of the database file; need not exist yet. */
  readonly path: string
  /** The replica. One database, one replica; the Store does not close it. */
  readonly client: ReplicaClient
  readonly settings?: Partial<DatabaseSettings> | undefined
  /** Since when its replica is known to be behind, from the `status()` of an earlier time in a Store. */
  readonly behindSinceMs?: number | null | undefined
}

interface Entry {
  readonly database: Database
  readonly settings: DatabaseSettings
  stopWatching: (() => void) | null
}

/** Many databases, each with its replica; one watch per directory, one timer for each kind of work. */
export class Store implements AsyncDisposable {
  readonly #env: Env
  readonly #settings: StoreSettings
  readonly #driver: DriverName | SqliteDriver
  readonly #entries = new Map<string, Entry>()
  /** Databases that are being closed, by path: whoever adds one again waits for it. */
  readonly #removals = new Map<string, Promise<void>>()
  readonly #listeners = new Set<ReplicatorListener>()
  readonly #watches: DirectoryWatches
  readonly #hot: HotDirectories
  readonly #maintenance: MaintenanceLoop
  readonly #dormancy: Dormancy
  readonly #closing = new AbortController()
  readonly #kept: KeptDescriptors
  readonly #claims: ClaimedFiles
  readonly #replicas = new ClaimedReplicas()
  readonly #comparisons = new SerialQueue()
  #pool: WorkerPool | null = null
  #loops: Promise<unknown>[] = []
  #isOpen = false

  /** @throws {ReplicatorError} `REPLICATOR_BAD_SETTINGS` */
  constructor(components: StoreComponents, settings: Partial<StoreSettings> = {}) {
    this.#env = components.env
    this.#driver = components.driver ?? 'better-sqlite3'
    this.#settings = storeSettings(settings)
    this.#claims = new ClaimedFiles(this.#env.files, (path) => this.#entries.has(path))
    this.#kept = new KeptDescriptors(this.#env.blockingFiles)
    if (this.#settings.workers === 'in-process' && typeof this.#driver === 'string') {
      throw new ReplicatorError(
        'REPLICATOR_BAD_SETTINGS',
        "workers: 'in-process' needs a driver object, as from @ltx/replicator/better-sqlite3",
      )
    }
    this.#watches = new DirectoryWatches(this.#env, {
      onFailed: (directory, error) => this.#watchFailed(directory, error),
      onRecovered: (directory) => this.#env.logger.log('info', 'file events come again', { directory }),
    })
    this.#hot = new HotDirectories(this.#env, this.#watches)
    this.#maintenance = new MaintenanceLoop({
      env: this.#env,
      settings: this.#settings,
      databases: () => this.databases,
      emit: (event) => this.#emit(event),
    })
    this.#dormancy = new Dormancy({
      env: this.#env,
      entries: () => this.#entries.values(),
      isWatching: (directory) => this.#watches.isWatching(directory),
      emit: (event) => this.#emit(event),
      awakeMax: this.#settings.awakeMax,
    })
  }

  get databases(): readonly Database[] {
    return [...this.#entries.values()].map(({ database }) => database)
  }

  /** The database of this path; `null`: it was never added, or is removed. */
  database(path: string): Database | null {
    return this.#entries.get(resolve(path))?.database ?? null
  }

  get settings(): StoreSettings {
    return this.#settings
  }

  /** Calls `listener` for every event of every database, until the returned function is called. */
  on(listener: ReplicatorListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Begins to follow a database; before `open`, only takes it in. The same path again gives the same database. One that is being
   * removed is waited for, and so is another that is removed from the same replica.
   *
   * @throws {ReplicatorError} `REPLICATOR_BAD_SETTINGS`, `REPLICATOR_CLOSED`, `REPLICATOR_TWO_NAMES`, `REPLICATOR_SHARED_REPLICA`, and what
   * `Database.open` throws
   */
  async addDatabase(config: DatabaseConfig): Promise<Database> {
    const path = resolve(config.path)
    const removal = (): Promise<void> | undefined =>
      this.#removals.get(path) ?? this.#removals.get(this.#replicas.holderOf(config.client) ?? '')
    for (let under = removal(); under !== undefined; under = removal()) {
      await under.catch(() => {}) // whoever removed it hears of that
    }
    const known = this.#entries.get(path)
    if (known !== undefined) return known.database
    if (this.#closing.signal.aborted) throw new ReplicatorError('REPLICATOR_CLOSED', 'the Store is closed')
    const settings = databaseSettings(config.settings)
    const metaPath = resolve(settings.metaPath ?? metaPathOf(path))
    const database = new Database({
      env: this.#env,
      path,
      metaPath,
      client: config.client,
      settings,
      store: this.#settings,
      emit: (event) => this.#emit(event),
      tally: new DatabaseTally(config.behindSinceMs ?? null),
      claims: this.#claims,
      comparisons: this.#comparisons,
      onSteady: (isSteady) =>
        this.#hot.setHot(dirname(path), basename(path), isSteady, settings.syncIntervalMs),
      makeFollower: () => this.#makeFollower(path, metaPath, settings),
    })
    this.#replicas.claim(path, config.client)
    const entry: Entry = { database, settings, stopWatching: null }
    this.#entries.set(path, entry)
    if (this.#isOpen) await this.#begin(entry)
    return database
  }

  /** Stops following a database, after a last sync, which `signal` cuts short. An unknown path is fine. */
  async removeDatabase(path: string, options: CallOptions = {}): Promise<void> {
    const key = resolve(path)
    const entry = this.#entries.get(key)
    if (entry === undefined) return await this.#removals.get(key)
    this.#entries.delete(key)
    entry.stopWatching?.()
    const { database } = entry
    const closed = closeDatabases(this.#env, [database], this.#settings, options.signal).finally(() => {
      this.#removals.delete(key)
      this.#replicas.release(key, database.client)
    })
    this.#removals.set(key, closed)
    await closed
  }

  /**
   * Connects every replica and begins to follow every database; a missing one is waited for, and so is a replica that cannot be reached:
   * its databases are captured locally meanwhile. Each database is on its own: of one that cannot be followed `error` and `state` events
   * tell, and its `status()` is `failed`; it stays in the Store, and what may go away, as the lock of another process, is tried again
   * with growing pauses.
   *
   * @throws {ReplicatorError} when there are databases and none of them can be followed, what keeps one of them from it, as
   *   `REPLICATOR_LOCKED`. The Store is to be closed then
   * @throws {ClientError} the same, where it is the replica that cannot be connected, and not because it cannot be reached: the database
   *   has not been opened
   */
  async open(): Promise<void> {
    const entries = [...this.#entries.values()]
    this.#isOpen = true
    const { signal } = this.#closing
    if (this.#settings.compactionEnabled) this.#loops.push(this.#maintenance.run(signal))
    this.#loops.push(this.#poll(signal))
    for (const loop of this.#loops) loop.catch(() => {})
    const failures: unknown[] = []
    await inTurns(OPENINGS_MAX, entries, (entry) =>
      this.#begin(entry).catch((error: unknown) => void failures.push(error)),
    )
    if (failures.length > 0 && failures.length === entries.length) throw failures[0]
  }

  /** A last sync of every database, all at once, then everything is closed. `signal` cuts the uploads short. */
  async close(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    if (this.#closing.signal.aborted) return
    for (const { stopWatching } of this.#entries.values()) stopWatching?.()
    this.#watches.close()
    await closeDatabases(this.#env, this.databases, this.#settings, options.signal)
    await Promise.allSettled(this.#removals.values())
    this.#closing.abort(new ReplicatorError('REPLICATOR_CLOSED', 'the Store is closed'))
    await Promise.allSettled(this.#loops)
    await this.#pool?.[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #begin(entry: Entry): Promise<void> {
    const { database } = entry
    const { signal } = this.#closing
    if (database.status().state === 'closed') return // removed while it waited for its turn
    entry.stopWatching = this.#watches.add(dirname(database.path), basename(database.path), () =>
      database.wake(),
    )
    await this.#dormancy.makeRoom()
    await database.open(() => {
      if (this.#settings.compactionEnabled) void this.#maintenance.catchUp(database, signal).catch(() => {})
    })
  }

  #makeFollower(path: string, metaPath: string, settings: DatabaseSettings): FollowerPort {
    const options = { path, metaPath, settings }
    const { embedded, workersMax } = this.#settings
    if (typeof this.#driver !== 'string')
      return new DatabaseFollower(this.#env, this.#driver, options, embedded ? this.#kept : null)
    this.#pool ??= new WorkerPool({ driver: this.#driver, embedded }, this.#env, workersMax)
    return this.#pool.follower(options)
  }

  #poll(signal: AbortSignal): Promise<never> {
    return runPollLoop(
      {
        env: this.#env,
        intervalMs: () => this.#pollIntervalMs(),
        databases: () => this.databases,
        beforeLooks: () => this.#watches.retryFailed(),
        afterLooks: () => this.#dormancy.letSleep(),
      },
      signal,
    )
  }

  /** Where events do not come the poll is all there is. */
  #pollIntervalMs(): number {
    let intervalMs = this.#settings.slowPollIntervalMs
    for (const { database, settings } of this.#entries.values()) {
      if (!this.#watches.isWatching(dirname(database.path)) && settings.monitorIntervalMs > 0) {
        intervalMs = Math.min(intervalMs, settings.monitorIntervalMs)
      }
    }
    return intervalMs
  }

  #watchFailed(directory: string, error: Error): void {
    for (const { database } of this.#entries.values()) {
      if (dirname(database.path) !== directory) continue
      const retryInMs = this.#pollIntervalMs()
      this.#emit({ kind: 'error', path: database.path, during: 'watch', error, retryInMs, log: true })
    }
  }

  /** A listener that throws is its owner's mistake: the engine and the other listeners go on. */
  #emit(event: ReplicatorEvent): void {
    if (event.kind === 'state' && event.state === 'active') this.#dormancy.woke()
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (cause) {
        const error = cause instanceof Error ? cause : new Error(String(cause))
        this.#env.logger.log('error', 'a listener failed', { event: event.kind, error })
      }
    }
  }
}
