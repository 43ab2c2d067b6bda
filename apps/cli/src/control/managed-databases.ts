import type { ReplicaClient } from '@ltx/client-core'
import type { Database, DatabaseSettings, Store } from '@ltx/replicator'
import { unlessAborted } from '../program/unless-aborted.ts'
import { ControlError } from './control-error.ts'

/** A database of this daemon: from the configuration file, found in a directory, or registered while it runs. */
export interface ManagedDatabase {
  /** Absolute. */
  readonly path: string
  /** Closed when the database is removed, or with all others at the end; not when it is only stopped. */
  readonly client: ReplicaClient
  readonly settings: Partial<DatabaseSettings>
}

interface Entry extends ManagedDatabase {
  isStopped: boolean
  /** Before it was stopped. */
  syncedAtMs: number | null
  /** Since when the replica lacks something, if it did when it was stopped: it goes on to lack it. */
  behindSinceMs?: number | null
}

/** What `start` and `stop` did. */
export type Changed = 'done' | 'already'

/** Nothing was done, because another change of the database was not over in time; `cause` is the signal's reason. */
export class BusyError extends Error {
  override readonly name = 'BusyError'
}

/** How long an addition waits for the first look at a database; what takes longer goes on by itself. */
const FIRST_LOOK_MS_MAX = 2000

/**
 * The databases of a Store, and those that are stopped for now. Whoever adds, stops or removes one does it here. Changes of one database
 * happen one after another.
 */
export class ManagedDatabases {
  readonly #store: Store
  readonly #entries = new Map<string, Entry>()
  /** By path: resolves when those who change a database are done with it. */
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(store: Store) {
    this.#store = store
  }

  get all(): readonly ManagedDatabase[] {
    return [...this.#entries.values()]
  }

  get(path: string): ManagedDatabase | null {
    return this.#entries.get(path) ?? null
  }

  /** What follows it; `null` while it is stopped, and for an unknown path. */
  running(path: string): Database | null {
    return this.#entries.get(path)?.isStopped === false ? this.#store.database(path) : null
  }

  /** Wall time at which everything captured was last known to be in the replica; kept while it is stopped. */
  syncedAtMs(path: string): number | null {
    return this.running(path)?.status().syncedAtMs ?? this.#entries.get(path)?.syncedAtMs ?? null
  }

  /** Takes in a database before the Store is opened. */
  async include(database: ManagedDatabase): Promise<void> {
    this.#entries.set(database.path, { ...database, isStopped: false, syncedAtMs: null })
    await this.#store.addDatabase(database)
  }

  /**
   * Takes in a database while the Store runs, unless it is there already; the file need not exist yet.
   *
   * @param make Called only when it is not there.
   * @throws what keeps it from being followed, if that shows at once, as {@link ControlError} 400 when another database has its replica: it is
   * not taken in then
   */
  add(path: string, make: () => Promise<ManagedDatabase>, signal: AbortSignal): Promise<Changed> {
    return this.#inTurn(path, signal, async () => {
      signal.throwIfAborted()
      if (this.#entries.has(path)) return 'already'
      const entry: Entry = { ...(await make()), isStopped: false, syncedAtMs: null }
      try {
        this.#refuseSharedReplica(entry)
        this.#entries.set(path, entry)
        await this.#follow(entry, AbortSignal.any([signal, AbortSignal.timeout(FIRST_LOOK_MS_MAX)]))
      } catch (error) {
        this.#entries.delete(path)
        await entry.client.close()
        throw error
      }
      return 'done'
    })
  }

  /**
   * Follows a stopped database again, or one that has failed.
   *
   * @throws what keeps it from being followed, if that shows at once. One that was stopped stays so; one that had failed is failed as before
   */
  start(path: string, signal: AbortSignal): Promise<Changed> {
    return this.#inTurn(path, signal, async () => {
      signal.throwIfAborted()
      const entry = this.#require(path)
      const running = this.running(path)
      if (running !== null && running.status().state !== 'failed') return 'already'
      if (running !== null) entry.behindSinceMs = running.status().behindSinceMs
      await this.#store.removeDatabase(path, { signal })
      entry.isStopped = false
      const isFailed = running !== null
      try {
        const firstLook = AbortSignal.any([signal, AbortSignal.timeout(FIRST_LOOK_MS_MAX)])
        await this.#follow(entry, firstLook, isFailed)
      } catch (error) {
        entry.isStopped = !isFailed
        throw error
      }
      signal.throwIfAborted()
      return 'done'
    })
  }

  /** A last sync, which `signal` cuts short, then it is followed no more. @throws what kept that sync from its end; it is stopped then */
  stop(path: string, signal: AbortSignal): Promise<Changed> {
    return this.#inTurn(path, signal, async () => {
      const entry = this.#require(path)
      if (entry.isStopped) return 'already'
      const database = this.running(path)
      entry.isStopped = true
      try {
        await this.#unfollow(path, signal)
      } finally {
        const status = database?.status()
        entry.syncedAtMs = status?.syncedAtMs ?? null
        entry.behindSinceMs = status?.behindSinceMs ?? null
      }
      return 'done'
    })
  }

  /** Like `stop`, and it is known no more. What is stored stays. */
  remove(path: string, signal: AbortSignal): Promise<Changed> {
    return this.#inTurn(path, signal, async () => {
      const entry = this.#entries.get(path)
      if (entry === undefined) return 'already'
      this.#entries.delete(path)
      try {
        if (!entry.isStopped) await this.#unfollow(path, signal)
      } finally {
        await entry.client.close()
      }
      return 'done'
    })
  }

  async closeClients(): Promise<void> {
    await Promise.all(this.all.map(({ client }) => client.close()))
  }

  /** Also with one that is stopped for now, of which the Store knows nothing. @throws {ControlError} 400 */
  #refuseSharedReplica({ path, client }: Entry): void {
    if (client.type === 'memory') return // its URL names no place
    for (const other of this.#entries.values()) {
      if (other.client.url !== client.url) continue
      const both = `${path} and ${other.path} would be stored in one place, ${client.url}`
      throw new ControlError(400, `${both}: give each database a replica path of its own`)
    }
  }

  #require(path: string): Entry {
    const entry = this.#entries.get(path)
    if (entry === undefined) throw new Error(`database not found: ${path}`)
    return entry
  }

  /** Waits for the first look at it, or for the signal: then it goes on by itself, and events tell what becomes of it. */
  async #follow(entry: Entry, signal: AbortSignal, staysFailed = false): Promise<void> {
    const followed = this.#store.addDatabase(entry)
    try {
      await unlessAborted(followed, signal)
    } catch (error) {
      if (error === signal.reason) return
      if (!staysFailed) await this.#store.removeDatabase(entry.path)
      throw error
    }
  }

  async #unfollow(path: string, signal: AbortSignal): Promise<void> {
    const failures: Error[] = []
    const stopListening = this.#store.on((event) => {
      if (event.path === path && event.kind === 'error' && event.during === 'close')
        failures.push(event.error)
    })
    try {
      await this.#store.removeDatabase(path, { signal })
    } finally {
      stopListening()
    }
    if (failures[0] !== undefined) throw failures[0]
  }

  /** @throws {BusyError} the turn has not come before `signal` fires; one that comes at once is taken all the same */
  async #inTurn<Result>(path: string, signal: AbortSignal, act: () => Promise<Result>): Promise<Result> {
    const before = this.#turns.get(path)
    const mine = before === undefined ? act() : itsTurn(before, signal).then(act)
    const over = Promise.allSettled([before, mine])
    this.#turns.set(path, over)
    void this.#forgetTurn(path, over)
    return await mine
  }

  async #forgetTurn(path: string, over: Promise<unknown>): Promise<void> {
    await over
    if (this.#turns.get(path) === over) this.#turns.delete(path)
  }
}

async function itsTurn(before: Promise<unknown>, signal: AbortSignal): Promise<void> {
  try {
    await unlessAborted(before, signal)
  } catch (cause) {
    throw new BusyError('another change of it is under way', { cause })
  }
}
