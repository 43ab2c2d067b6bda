import type { Env } from '@ltx/env'
import { toTxid, type Txid } from '@ltx/format'
import { CheckpointPolicy } from '../checkpoint/checkpoint-policy.ts'
import { ReplicatorError } from '../errors.ts'
import type { KeptDescriptors } from '../follow/kept-descriptors.ts'
import type { SyncOutcome } from '../follow/sync-outcome.ts'
import type { DatabaseSettings } from '../settings.ts'
import type { SqliteDriver } from '../sqlite/sqlite-driver.ts'
import { wasReplaced, type ActiveDatabase } from './active-database.ts'
import { asLocalError } from './as-local-error.ts'
import { applySeal, beginFollowing } from './begin-following.ts'
import { withFileBeside } from './beside-first-image.ts'
import { closeDatabase } from './close-database.ts'
import { compareDatabase, loseTrust } from './compare-database.ts'
import type {
  CompareOutcome,
  DatabaseFollowerOptions,
  FollowerPort,
  OpenOutcome,
  SleepOutcome,
  StagedSnapshot,
  StartOrder,
  SyncReport,
} from './follower-port.ts'
import { letGoOfHugeWal } from './let-go-of-huge-wal.ts'
import { LocalFiles } from './local-files.ts'
import type { MainWatch } from './main-watch.ts'
import { openOutcome } from './open-outcome.ts'
import { openDatabase, type OpenDatabase } from './open-database.ts'
import { openOwned, sweepState, type OwnedParts } from './open-owned.ts'
import { refuseOtherFiles } from './refuse-other-files.ts'
import { trySeal } from './seal-database.ts'
import { sealToSleep } from './seal-to-sleep.ts'
import { SerialQueue } from './serial-queue.ts'
import { syncOrSlide } from './slide-resync.ts'
import { snapshotDirectory, stageSnapshot } from './stage-snapshot.ts'
import type { StateLock } from './state-lock.ts'
import { goneReport, reportOf } from './sync-report.ts'
import { absorbConfirmed, deleteAbsorbed } from './trim-local.ts'
import { whileBusy } from './while-busy.ts'

/** Everything about one database that needs SQLite: lives in one thread, speaks in plain data. */
export class DatabaseFollower implements FollowerPort {
  readonly #env: Env
  readonly #parts: OwnedParts
  readonly #settings: DatabaseSettings
  readonly #local: LocalFiles
  readonly #queue = new SerialQueue()
  readonly #checkpoints: CheckpointPolicy
  #lock: StateLock | null = null
  #opened: OpenDatabase | null = null
  #active: ActiveDatabase | null = null
  #watch: MainWatch | null = null
  #confirmed: Txid | null = null
  #order: StartOrder | null = null
  /** No file has the database's name any more. */
  #isGone = false
  #abort = new AbortController()

  /** @param kept See {@link DatabaseFiles}. */
  constructor(
    env: Env,
    driver: SqliteDriver,
    options: DatabaseFollowerOptions,
    kept: KeptDescriptors | null,
  ) {
    this.#env = env
    this.#parts = { ...options, env, driver, kept }
    this.#settings = options.settings
    this.#local = new LocalFiles(env.blockingFiles, options.metaPath)
    this.#checkpoints = new CheckpointPolicy(env, options.settings)
  }

  open(): Promise<OpenOutcome> {
    return this.#queue.run(() => this.#guarded(() => whileBusy(this.#env.clock, () => this.#open())))
  }

  start(order: StartOrder): Promise<void> {
    return this.#queue.run(() => this.#guarded(() => this.#start(order)))
  }

  wake(order: StartOrder): Promise<SyncReport> {
    return this.#queue.run(() => this.#guarded(() => this.#wake(order)))
  }

  sync(options: { readonly look: boolean } = { look: false }): Promise<SyncReport> {
    return this.#queue.run(() => this.#guarded(() => this.#sync(options.look)))
  }

  isPinWanted(): Promise<boolean> {
    return this.#queue.run(
      () => this.#active !== null && this.#checkpoints.isPinWanted(this.#active.follower),
    )
  }

  confirm(txid: Txid): Promise<void> {
    if (this.#confirmed === null || txid > this.#confirmed) this.#confirmed = txid
    return Promise.resolve()
  }

  async snapshot(): Promise<StagedSnapshot | null> {
    if (this.#isGone) return null
    const { follower } = this.#requireActive()
    try {
      return await stageSnapshot(this.#env, follower, this.#queue, () => this.#pause())
    } catch (error) {
      await this.discardSnapshots().catch(() => {}) // what is there of it may be as large as the database
      throw asLocalError(error, this.#parts.metaPath) // no reason to let the WAL go: level 0 files are written all the same
    }
  }

  async discardSnapshots(): Promise<void> {
    this.#env.blockingFiles.removeTree(snapshotDirectory(this.#parts.metaPath))
  }

  async compare(): Promise<CompareOutcome> {
    const [active, watch] = [this.#active, this.#watch]
    if (active === null || watch?.isSuspect !== true) return 'needless'
    const { follower, files } = active
    const found = await compareDatabase(this.#env, follower, this.#queue, () => this.#pause())
    return await this.#queue.run(() => {
      if (this.#active !== active || found === 'lost' || found === 'later') return 'later'
      if (found === 'differs') loseTrust(this.#env, follower)
      watch.clear(files.statMain())
      return found
    })
  }

  async trim(before: Txid): Promise<{ readonly deleted: readonly Txid[] }> {
    for (;;) {
      const { more, deleted } = await this.#queue.run(() => this.#guarded(() => this.#trim(before)))
      if (!more) return { deleted }
    }
  }

  sleep(confirmed?: Txid | null): Promise<SleepOutcome> {
    if (confirmed !== undefined && confirmed !== null) void this.confirm(confirmed)
    return this.#queue.run(() => this.#guarded(() => this.#sleep()))
  }

  reset(from?: Txid): Promise<void> {
    return this.#queue.run(() =>
      this.#guarded(() => {
        this.#local.removeFrom(from)
        this.#active?.follower.forgetPosition((from ?? 1n) - 1n)
      }),
    )
  }

  close(): Promise<void> {
    this.#abort.abort(new ReplicatorError('REPLICATOR_CLOSED', `${this.#parts.path} is being closed`))
    return this.#queue.run(async () => {
      if (this.#active !== null && this.#watch?.isSuspect !== true) await trySeal(this.#env, this.#active)
      this.#closeAll()
    })
  }

  #open(): OpenOutcome {
    if (this.#opened !== null) return openOutcome(this.#env, this.#local, false)
    const opened = this.#openOwned()
    if (opened === null) return { kind: 'absent' }
    try {
      sweepState(this.#env, this.#local)
      return openOutcome(this.#env, this.#local, opened.switchedToWal)
    } catch (error) {
      this.#closeAll()
      throw error
    }
  }

  /** @returns `null`: there is no such file. */
  #openOwned(): OpenDatabase | null {
    const owned = openOwned(this.#parts)
    ;[this.#opened, this.#lock] = [owned?.opened ?? null, owned?.lock ?? null]
    return this.#opened
  }

  async #wake(order: StartOrder): Promise<SyncReport> {
    if ((await whileBusy(this.#env.clock, () => this.#openOwned())) === null) return goneReport()
    try {
      if (order.sweep === true) sweepState(this.#env, this.#local)
      refuseOtherFiles(this.#parts.path, this.#local, order.lastTXID)
      this.#start(order)
      const report = await this.#sync(false)
      if (this.#isGone) this.#closeAll()
      return report
    } catch (error) {
      this.#closeAll()
      throw error
    }
  }

  #start(order: StartOrder): void {
    const opened = this.#opened
    if (opened === null) throw new Error('invariant broken: started before it was opened')
    if (!order.keepLocal) this.#local.removeAll()
    this.#confirmed = order.confirmed
    this.#order = order
    const { active, watch } = beginFollowing(opened, order, {
      env: this.#env,
      local: this.#local,
      settings: this.#settings,
      confirmed: () => this.#confirmed ?? order.assumed ?? null,
      pause: () => this.#pause(),
    })
    ;[this.#active, this.#watch] = [active, watch]
  }

  async #sync(look: boolean): Promise<SyncReport> {
    const lookedAtMs = this.#env.clock.elapsedMs()
    if (this.#wasReplaced(look))
      return reportOf(this.#active, null, { kind: this.#isGone ? 'gone' : 'replaced' })
    const active = this.#requireActive()
    if (!active.pin.isHeld) {
      if (!active.pin.begin()) return reportOf(active, null, { kind: 'none' })
      applySeal(this.#env, active)
    }
    const { follower } = active
    const afterSync = (synced: SyncOutcome): Promise<SyncReport['checkpoint']> =>
      this.#checkpoints.afterSync(follower, synced)
    const synced = await syncOrSlide({ env: this.#env, follower, afterSync })
    const outcome = this.#order?.imageOnce === true ? await withFileBeside(follower, synced) : synced
    const checkpoint = outcome.kind === 'synced' ? await afterSync(outcome) : ({ kind: 'none' } as const)
    if (outcome.resync !== null) this.#watch?.clear(active.files.statMain())
    else if (outcome.kind === 'synced') {
      const moved = { wal: follower.position?.wal ?? null, backfilled: outcome.backfilled }
      this.#watch?.saw(active.files.statMain(), moved)
    }
    return reportOf(active, outcome, checkpoint, { isSuspect: this.#watch?.isSuspect === true, lookedAtMs })
  }

  /** The names lead elsewhere, or SQLite's locks were lost: drop the connections, open again if there is something, compare. */
  #wasReplaced(askLocks: boolean): boolean {
    const active = this.#active
    if (active === null) return this.#isGone
    if (!wasReplaced(this.#env, active, askLocks)) return false
    const { lastTXID } = active.follower
    closeDatabase(this.#env, active)
    ;[this.#active, this.#opened] = [null, null]
    this.#isGone = (this.#env.blockingFiles.stat(this.#parts.path)?.size ?? 0) === 0
    if (this.#isGone) return true
    const { env, driver, path, kept } = this.#parts
    this.#opened = openDatabase(env, driver, path, kept)
    this.#start({
      ...this.#order,
      keepLocal: true,
      lastTXID: lastTXID === 0n ? null : toTxid(lastTXID),
      newestFileMs: 0,
      confirmed: this.#confirmed,
    })
    this.#requireActive().follower.forgetPosition(lastTXID)
    return true
  }

  async #trim(before: Txid): Promise<{ readonly deleted: readonly Txid[]; readonly more: boolean }> {
    const active = this.#active
    if (active === null || this.#confirmed === null || this.#watch?.isSuspect === true)
      return { deleted: [], more: false } // the page table stays as it is while it is compared with, and is not made from a suspect
    const { blockingFiles } = this.#env
    const pause = (): Promise<void> => this.#pause()
    const { absorbed, more } = await absorbConfirmed(blockingFiles, active.follower, this.#confirmed, pause)
    return { deleted: more ? [] : deleteAbsorbed(this.#local, before, absorbed), more }
  }

  async #sleep(): Promise<SleepOutcome> {
    const active = this.#active
    if (active === null) return { kind: 'awake', because: 'not active' }
    const isSuspect = this.#watch?.isSuspect === true
    const outcome = await sealToSleep(this.#env, active, { confirmed: this.#confirmed, isSuspect })
    if (outcome.kind === 'asleep') this.#closeAll()
    return outcome
  }

  async #pause(): Promise<void> {
    this.#abort.signal.throwIfAborted()
    await this.#env.clock.sleep(0)
  }

  async #guarded<Result>(act: () => Promise<Result> | Result): Promise<Result> {
    try {
      return await act()
    } catch (error) {
      if (this.#active !== null) letGoOfHugeWal(this.#env, this.#active, this.#settings)
      throw asLocalError(error, this.#parts.metaPath)
    }
  }

  #requireActive(): ActiveDatabase {
    if (this.#active === null)
      throw new ReplicatorError('REPLICATOR_LOCAL_STATE', `${this.#parts.path} is not open any more`)
    return this.#active
  }

  #closeAll(): void {
    if (this.#opened !== null) closeDatabase(this.#env, this.#opened)
    this.#opened = this.#active = null
    this.#lock?.release()
    ;[this.#lock, this.#isGone] = [null, false]
  }
}
