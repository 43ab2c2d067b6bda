import assert from 'node:assert/strict'
import { cpSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultPlan } from '@ltx/client-core/faults'
import type { ReplicatorEvent } from '@ltx/replicator'
import { Child } from './child.ts'
import { createDatabase } from './create-database.ts'
import { differenceOf, hashOf, inspect, restoreTo } from './compare.ts'
import type { HostileSettings } from './hostile-actions.ts'
import type { Seeded } from './seeded.ts'
import type { StoreJob } from './start-store.ts'
import { StoredFiles } from './stored-files.ts'

export const UNREACHABLE: FaultPlan = { rates: { fail: 1 } }

const SYNC_MS_MAX = 40_000
/** What a sync may answer while a session ends and the next begins, or while the storage or the disk fails. */
const PASSING =
  /^(CLIENT_|REPLICATOR_(LOCAL_STATE|UNEXPECTED|DISK|CLOSED|NOT_WAL)$|SQLITE_(BUSY|LOCKED|PROTOCOL|IOERR|CANTOPEN))/

/** Errors that say what to do, or are SQLite's own. */
const NAMED =
  /^((ClientError|ReplicatorError|FormatError|WalError|SqliteError): |Error: (database disk image is malformed|database is locked|disk I\/O error|locking protocol)$)/m

interface Moment {
  readonly txid: bigint
  readonly hash: string
}

/** A database, a hostile application, a replicator that comes and goes, a witness: each in a process of its own. */
export class HistoryWorld implements AsyncDisposable {
  readonly folder: string
  readonly database: string
  readonly replica: string
  readonly random: Seeded
  readonly job: StoreJob
  readonly stored: StoredFiles
  /** Of all replicators, in order; and of the running one. */
  readonly events: ReplicatorEvent[] = []
  readonly moments: Moment[] = []
  kills = 0
  /** The replica has restored, and nobody has emptied it since. */
  isRestorable = false
  #recent: ReplicatorEvent[] = []
  #app: Child | null = null
  #replicator: Child | null = null
  #witness: Child | null = null

  constructor(folder: string, random: Seeded, job: Omit<StoreJob, 'database' | 'replica'>) {
    this.folder = folder
    this.random = random
    this.database = path.join(folder, 'app.db')
    this.replica = path.join(folder, 'replica')
    this.job = { ...job, database: this.database, replica: this.replica }
    this.stored = new StoredFiles(this.replica)
  }

  get meta(): string {
    return path.join(this.folder, '.app.db-litestream')
  }

  get isFollowed(): boolean {
    return this.#replicator !== null
  }

  get app(): Child | null {
    return this.#app
  }

  async begin(pageSize: number, rows: number): Promise<void> {
    createDatabase(this.database, pageSize, rows)
    this.#witness = await new Child('witness.ts', []).ready()
    await this.startApp()
  }

  async startApp(): Promise<void> {
    const { random, database } = this
    const settings: HostileSettings = {
      path: database,
      name: 'app',
      autocheckpoint: random.pick([null, 0, 50]),
      rowsMax: random.pick([3, 100]),
      gentle: random.chance(0.7),
    }
    const seed = String(random.whole(1, 2 ** 30))
    this.#app = await new Child('hostile-app.ts', [JSON.stringify(settings), seed]).ready()
  }

  /** Its last connection goes: the WAL with it, unless we have the database open. Or it is killed. */
  async stopApp(how: 'close' | 'kill'): Promise<void> {
    if (how === 'close') await this.#app?.call('close')
    await this.#app?.kill()
    this.#app = null
  }

  async startReplicator(faults: FaultPlan): Promise<void> {
    this.#recent = []
    const hostility =
      this.job.hostility === undefined
        ? {}
        : { hostility: { ...this.job.hostility, seed: this.random.whole(1, 2 ** 30) } }
    const job: StoreJob = { ...this.job, ...hostility, faults }
    const child = new Child('replicator.ts', [JSON.stringify(job)], (event) => {
      this.events.push(event as ReplicatorEvent)
      this.#recent.push(event as ReplicatorEvent)
    })
    this.#replicator = await child.ready()
    this.#replicator.call('open').catch(() => {}) // killed before, or told by the next call
  }

  async stopReplicator(how: 'close' | 'kill'): Promise<void> {
    const replicator = this.#replicator
    if (replicator === null) return
    this.#replicator = null
    if (how === 'close') await replicator.call('close').catch((error: unknown) => this.#passing(error))
    await replicator.kill()
    if (how === 'kill') this.kills++
    this.#checkEvents()
  }

  /** One call that may fail while things go wrong. */
  async tell(method: string, ...args: readonly unknown[]): Promise<void> {
    await this.#replicator?.call(method, ...args).catch((error: unknown) => this.#passing(error))
  }

  /** Everything is well again: what is committed reaches the replica, and what restores is the database. */
  async moment(): Promise<void> {
    await this.#app?.call('pause')
    if (this.#replicator === null) await this.startReplicator({})
    const txid = await this.#synced()
    const [expected, restored] = ['expected.db', 'restored.db'].map((name) => path.join(this.folder, name))
    assert.ok(expected !== undefined && restored !== undefined && this.#witness !== null)
    const copied = (await this.#witness.call('copy', this.database, expected)) as { integrity: string }
    assert.equal(copied.integrity, 'ok', 'the database itself')
    assert.equal(await this.#restored(restored), txid, 'the newest TXID that restores')
    const difference = differenceOf(expected, restored)
    assert.equal(difference, null, `TXID ${txid}: ${difference}`)
    assert.equal(inspect(restored).integrity, 'ok')
    this.isRestorable = true
    this.moments.push({ txid, hash: hashOf(restored) })
    cpSync(restored, path.join(this.folder, 'backup.db'))
    this.stored.check()
  }

  /** Whatever has just happened, what was restorable is: some state of the database, whole. */
  async checkReplica(): Promise<void> {
    this.stored.check()
    if (!this.isRestorable) return
    const restored = path.join(this.folder, 'restored.db')
    await this.#restored(restored)
    assert.equal(inspect(restored).integrity, 'ok', 'the replica after a stop')
  }

  /** Earlier moments restore as they were, or not any more. */
  async checkMoments(): Promise<void> {
    const restored = path.join(this.folder, 'restored.db')
    for (const { txid, hash } of this.moments) {
      const found = await restoreTo(this.replica, restored, txid).catch(() => null)
      if (found === txid) assert.equal(hashOf(restored), hash, `TXID ${txid}, restored at the end`)
    }
  }

  emptyReplica(): void {
    rmSync(this.replica, { recursive: true, force: true })
    this.stored.forget()
    this.moments.length = 0
    this.isRestorable = false
  }

  /** Another machine has a copy of database and state, writes, and replicates to the same place. Nobody is at work here. */
  async goOnElsewhere(): Promise<void> {
    const elsewhere = `${this.folder}-elsewhere`
    rmSync(elsewhere, { recursive: true, force: true })
    cpSync(this.folder, elsewhere, {
      recursive: true,
      filter: (from) => !from.startsWith(this.replica),
    })
    const database = path.join(elsewhere, 'app.db')
    await using app = await new Child('sqlite-shell.ts', [database]).ready()
    const job: StoreJob = { ...this.job, database }
    const { hostility: _, ...calm } = job
    await using child = await new Child('replicator.ts', [JSON.stringify(calm)]).ready()
    await child.call('open')
    await app.call('exec', 'main', 'INSERT INTO rows(body) VALUES (randomblob(9000))')
    await child.call('sync')
    await child.call('close')
    rmSync(elsewhere, { recursive: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of [this.#app, this.#witness, this.#replicator]) await child?.kill()
  }

  async #synced(): Promise<bigint> {
    const endMs = performance.now() + SYNC_MS_MAX
    for (;;) {
      try {
        await this.#replicator?.call('setFaults', {}, 0).catch(() => {}) // not open yet
        return (await this.#replicator?.call('sync')) as bigint
      } catch (error) {
        this.#passing(error)
        if (performance.now() > endMs) throw new Error(`no sync within ${SYNC_MS_MAX} ms`, { cause: error })
        await sleep(50)
      }
    }
  }

  /** Compaction and retention go on meanwhile, so a file may go between listing and reading. Once. */
  async #restored(to: string): Promise<bigint> {
    return await restoreTo(this.replica, to, null).catch(async () => await restoreTo(this.replica, to, null))
  }

  #passing(error: unknown): void {
    const { code, message } = error as { code?: unknown; message: string }
    const isPassing =
      (typeof code === 'string' && PASSING.test(code)) || /^Error: not open|has ended/.test(message)
    if (!isPassing) throw error
  }

  #checkEvents(): void {
    const count = (kind: ReplicatorEvent['kind']): number =>
      this.#recent.filter((event) => event.kind === kind).length
    const errors = this.#recent.flatMap((event) => (event.kind === 'error' ? [event] : []))
    for (const { error } of errors) {
      assert.match(error.stack ?? '', NAMED) // its code does not come from one process to another
      assert.doesNotMatch(error.message, /invariant broken/)
    }
    assert.equal(count('conflict'), 0, 'a conflict with nobody')
    const mayBe = count('start') + count('replaced') + count('recovered') + errors.length + 1
    assert.ok(count('resync') <= mayBe, `${count('resync')} resyncs after ${mayBe} occasions`)
  }
}
