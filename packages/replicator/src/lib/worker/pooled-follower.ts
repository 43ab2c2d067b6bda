import type { Txid } from '@ltx/format'
import type {
  CompareOutcome,
  DatabaseFollowerOptions,
  FollowerPort,
  OpenOutcome,
  SleepOutcome,
  StagedSnapshot,
  StartOrder,
  SyncReport,
} from '../database/follower-port.ts'
import { ReplicatorError } from '../errors.ts'
import type { FollowerThread } from './follower-thread.ts'
import type { FollowerMethod } from './worker-messages.ts'

/** A database in a thread, under the thread's number for it. */
export interface Home {
  readonly thread: FollowerThread
  readonly database: number
}

/** What gives databases their places. */
export interface Homes {
  /** `false`: descriptors that stay open for ever belong to a thread, so a database stays in the one it was given to. */
  readonly areLeftAsleep: boolean
  find(options: DatabaseFollowerOptions): Home
  /** It is asleep: its thread may be of use to another one soon. */
  leaveAsleep(home: Home): void
  /** Closes it there. @throws {ReplicatorError} `REPLICATOR_UNEXPECTED` when the thread gives no answer */
  close(home: Home, path: string): Promise<void>
}

/** The SQLite side of a database, in a thread for as long as it is open. One that has not begun, or is asleep, costs no thread anything. */
export class PooledFollower implements FollowerPort {
  readonly #homes: Homes
  readonly #options: DatabaseFollowerOptions
  #home: Home | null = null
  #isClosed = false

  constructor(homes: Homes, options: DatabaseFollowerOptions) {
    this.#homes = homes
    this.#options = options
  }

  open(): Promise<OpenOutcome> {
    return this.#call('open')
  }

  start(order: StartOrder): Promise<void> {
    return this.#call('start', order)
  }

  wake(order: StartOrder): Promise<SyncReport> {
    return this.#call('wake', order)
  }

  sync(options?: { readonly look: boolean }): Promise<SyncReport> {
    return this.#call('sync', options)
  }

  async isPinWanted(): Promise<boolean> {
    return this.#home !== null && (await this.#call<boolean>('isPinWanted'))
  }

  async confirm(txid: Txid): Promise<void> {
    if (this.#home !== null) await this.#call('confirm', txid) // else it is told when it begins
  }

  snapshot(): Promise<StagedSnapshot | null> {
    return this.#call('snapshot')
  }

  /** Asleep: in a place of its own, which is left again. The database may be woken meanwhile, and stays where that is. */
  async discardSnapshots(): Promise<void> {
    if (this.#home !== null || this.#isClosed || !this.#homes.areLeftAsleep)
      return this.#call('discardSnapshots')
    const home = this.#homes.find(this.#options)
    try {
      await callIn(home, 'discardSnapshots')
    } finally {
      this.#homes.leaveAsleep(home)
    }
  }

  async compare(): Promise<CompareOutcome> {
    return this.#home === null ? 'needless' : await this.#call('compare')
  }

  async trim(before: Txid): Promise<{ readonly deleted: readonly Txid[] }> {
    return this.#home === null ? { deleted: [] } : await this.#call('trim', before)
  }

  async sleep(confirmed?: Txid | null): Promise<SleepOutcome> {
    const outcome = await this.#call<SleepOutcome>('sleep', confirmed)
    if (outcome.kind === 'asleep') this.#leave()
    return outcome
  }

  reset(from?: Txid): Promise<void> {
    return this.#call('reset', from)
  }

  async close(): Promise<void> {
    const home = this.#home
    this.#home = null
    this.#isClosed = true
    if (home !== null) await this.#homes.close(home, this.#options.path)
  }

  #leave(): void {
    const home = this.#home
    if (home === null || !this.#homes.areLeftAsleep) return
    this.#home = null
    this.#homes.leaveAsleep(home)
  }

  async #call<Result>(method: FollowerMethod, ...args: readonly unknown[]): Promise<Result> {
    if (this.#isClosed) throw new ReplicatorError('REPLICATOR_CLOSED', 'the database is closed')
    return (await callIn((this.#home ??= this.#homes.find(this.#options)), method, ...args)) as Result
  }
}

function callIn(
  { thread, database }: Home,
  method: FollowerMethod,
  ...args: readonly unknown[]
): Promise<unknown> {
  return thread.request((call) => ({ kind: 'call', call, database, method, args }))
}
