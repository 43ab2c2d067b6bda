import type { Env } from '@ltx/env'
import { toTxid, type Txid } from '@ltx/format'
import { CheckpointPolicy } from '../checkpoint/checkpoint-policy.ts'
import { ReplicatorError } from '../errors.ts'
import type { KeptDescriptors } from '../follow/kept-descriptors.ts'
import { rememberMain } from '../follow/main-identity.ts'
import { readPosition } from '../follow/position-record.ts'
import { mainFactsOf, readSeal, sealHolds } from '../follow/seal.ts'
import { WalFollower } from '../follow/wal-follower.ts'
import { openBaseline } from '../page-table/baseline.ts'
import type { DatabaseSettings } from '../settings.ts'
import type { SqliteDriver } from '../sqlite/sqlite-driver.ts'
import { lockIsVisible, wasReplaced, type ActiveDatabase } from './active-database.ts'
import { asLocalError } from './as-local-error.ts'
import { closeDatabase } from './close-database.ts'
import type {
  FollowerPort,
  OpenOutcome,
  SleepOutcome,
  StagedSnapshot,
  StartOrder,
  SyncReport,
} from './follower-port.ts'
import { LocalFiles } from './local-files.ts'
import type { FileOwner } from './ltx-file-writer.ts'
import { makeMetaDirectory } from './meta-directory.ts'
import { openOutcome } from './open-outcome.ts'
import { openDatabase, type OpenDatabase } from './open-database.ts'
import { sealDatabase, type Sealed } from './seal-database.ts'
import { SerialQueue } from './serial-queue.ts'
import { snapshotDirectory, stageSnapshot } from './stage-snapshot.ts'
import { StateLock } from './state-lock.ts'
import { reportOf } from './sync-report.ts'
import { absorbConfirmed, deleteAbsorbed } from './trim-local.ts'
import { whileBusy } from './while-busy.ts'

const LET_GO = 'local files cannot be written and the WAL is over its limit: let it go, to be compared later'

export interface DatabaseFollowerOptions {
  readonly path: string
  readonly metaPath: string
  readonly settings: DatabaseSettings
}

/** Everything about one database that needs SQLite: lives in one thread, speaks in plain data. */
export class DatabaseFollower implements FollowerPort {
  readonly #env: Env
  readonly #driver: SqliteDriver
  readonly #options: DatabaseFollowerOptions
  readonly #kept: KeptDescriptors | null
  readonly #local: LocalFiles
  readonly #queue = new SerialQueue()
  readonly #checkpoints: CheckpointPolicy
  #lock: StateLock | null = null
  #opened: OpenDatabase | null = null
  #active: ActiveDatabase | null = null
  #confirmed: Txid | null = null
  #abort = new AbortController()

  /** @param kept See {@link DatabaseFiles}. */
  constructor(
    env: Env,
    driver: SqliteDriver,
    options: DatabaseFollowerOptions,
    kept: KeptDescriptors | null,
  ) {
    this.#env = env
    this.#kept = kept
    this.#driver = driver
    this.#options = options
    this.#local = new LocalFiles(env.blockingFiles, options.metaPath)
    this.#checkpoints = new CheckpointPolicy(env, options.settings)
  }

  open(): Promise<OpenOutcome> {
    return this.#queue.run(() => this.#guarded(() => whileBusy(this.#env.clock, () => this.#open())))
  }

  start(order: StartOrder): Promise<void> {
    return this.#queue.run(() => this.#guarded(() => this.#start(order)))
  }

  sync(options: { readonly look: boolean } = { look: false }): Promise<SyncReport> {
    return this.#queue.run(() => this.#guarded(() => this.#sync(options.look)))
  }

  confirm(txid: Txid): Promise<void> {
    if (this.#confirmed === null || txid > this.#confirmed) this.#confirmed = txid
    return Promise.resolve()
  }

  async snapshot(): Promise<StagedSnapshot | null> {
    const { follower } = this.#requireActive()
    try {
      return await stageSnapshot(this.#env, follower, this.#queue, () => this.#pause())
    } catch (error) {
      throw asLocalError(error, this.#options.metaPath) // no reason to let the WAL go: level 0 files are written all the same
    }
  }

  discardSnapshots(): Promise<void> {
    this.#env.blockingFiles.removeTree(snapshotDirectory(this.#options.metaPath))
    return Promise.resolve()
  }

  async trim(before: Txid): Promise<{ readonly deleted: readonly Txid[] }> {
    for (;;) {
      const { more, deleted } = await this.#queue.run(() => this.#guarded(() => this.#trim(before)))
      if (!more) return { deleted }
    }
  }

  sleep(): Promise<SleepOutcome> {
    return this.#queue.run(() => this.#guarded(() => this.#sleep()))
  }

  reset(): Promise<void> {
    return this.#queue.run(() => {
      this.#local.removeAll()
      this.#active?.follower.forgetPosition(0n)
    })
  }

  close(): Promise<void> {
    this.#abort.abort(new ReplicatorError('REPLICATOR_CLOSED', `${this.#options.path} is being closed`))
    return this.#queue.run(async () => {
      if (this.#active !== null) await this.#trySeal(this.#active)
      this.#closeAll()
    })
  }

  #open(): OpenOutcome {
    if (this.#opened !== null) return openOutcome(this.#env, this.#local, false)
    const { path, metaPath } = this.#options
    const stat = this.#env.blockingFiles.stat(path)
    if (stat === null || stat.size === 0) return { kind: 'absent' }
    const owner: FileOwner = { mode: stat.mode & 0o666, uid: stat.uid, gid: stat.gid }
    makeMetaDirectory(this.#env, metaPath, owner)
    this.#lock = StateLock.acquire(this.#driver, metaPath)
    try {
      this.#opened = openDatabase(this.#env, this.#driver, path, this.#kept)
      this.#local.sweep()
      this.#env.blockingFiles.removeTree(snapshotDirectory(metaPath))
      return openOutcome(this.#env, this.#local, this.#opened.switchedToWal)
    } catch (error) {
      this.#closeAll()
      throw error
    }
  }

  #start(order: StartOrder): void {
    const opened = this.#opened
    if (opened === null) throw new Error('invariant broken: started before it was opened')
    const { files, pin } = opened
    if (!order.keepLocal) this.#local.removeAll()
    this.#confirmed = order.confirmed
    const main = files.statMain()
    rememberMain(this.#env, this.#options.metaPath, main)
    const newest = this.#local.newestRun().at(-1)?.txid ?? null
    const stored = readPosition(this.#env, this.#options.metaPath)
    const position = stored !== null && stored.txid === newest && newest === order.lastTXID ? stored : null
    const follower = new WalFollower(
      {
        env: this.#env,
        pin,
        files,
        local: this.#local,
        owner: { mode: main.mode & 0o666, uid: main.uid, gid: main.gid },
        newestFileMs: Math.max(order.newestFileMs, this.#local.newestTimestampMs()),
        maxSyncWalBytes: this.#options.settings.maxSyncWalBytes,
        openBaseline: () => openBaseline(this.#env.blockingFiles, this.#local, this.#confirmed),
        pause: () => this.#pause(),
      },
      position,
      order.lastTXID,
    )
    pin.begin()
    this.#active = { ...opened, follower, lockIsVisible: lockIsVisible(this.#env, opened) }
    if (pin.isHeld) this.#applySeal(this.#active)
  }

  async #sync(look: boolean): Promise<SyncReport> {
    if (this.#wasReplaced(look)) return reportOf(this.#active, null, { kind: 'replaced' })
    const active = this.#requireActive()
    if (!active.pin.isHeld) {
      if (!active.pin.begin()) return reportOf(active, null, { kind: 'none' })
      this.#applySeal(active)
    }
    const outcome = await active.follower.sync()
    const checkpoint =
      outcome.kind === 'synced'
        ? await this.#checkpoints.afterSync(active.follower, outcome)
        : ({ kind: 'none' } as const)
    return reportOf(active, outcome, checkpoint)
  }

  /** The names lead elsewhere, or SQLite's locks were lost: drop the connections, open again, compare. */
  #wasReplaced(askLocks: boolean): boolean {
    const active = this.#active
    if (active === null) return false
    if (!wasReplaced(this.#env, active, askLocks)) return false
    const { lastTXID } = active.follower
    closeDatabase(this.#env, active)
    this.#active = null
    this.#opened = null
    const stat = this.#env.blockingFiles.stat(this.#options.path)
    if (stat === null || stat.size === 0) return true
    this.#opened = openDatabase(this.#env, this.#driver, this.#options.path, this.#kept)
    this.#start({
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
    if (active === null || this.#confirmed === null) return { deleted: [], more: false }
    const { blockingFiles } = this.#env
    const pause = (): Promise<void> => this.#pause()
    const { absorbed, more } = await absorbConfirmed(blockingFiles, active.follower, this.#confirmed, pause)
    return { deleted: more ? [] : deleteAbsorbed(this.#local, before, absorbed), more }
  }

  async #sleep(): Promise<SleepOutcome> {
    const active = this.#active
    if (active === null) return { kind: 'awake', because: 'not active' }
    const { follower } = active
    if (follower.pinIsNeeded) return { kind: 'awake', because: 'a snapshot is being read' }
    const outcome = await follower.syncPublished()
    const txid = follower.position?.txid ?? null
    if (outcome.kind !== 'synced' || outcome.files.length > 0 || outcome.unpublished)
      return { kind: 'awake', because: 'something changed' }
    if (txid !== null && (this.#confirmed === null || this.#confirmed < txid))
      return { kind: 'awake', because: 'not uploaded' }
    const sealed = await this.#trySeal(active)
    if (sealed === null) return { kind: 'awake', because: 'a reader holds the WAL' }
    this.#closeAll()
    return { kind: 'asleep', main: sealed.main, wal: sealed.position.wal, pageSize: sealed.position.pageSize }
  }

  async #trySeal(active: ActiveDatabase): Promise<Sealed | null> {
    try {
      return await sealDatabase(this.#env, active.follower)
    } catch (error) {
      this.#env.logger.log('debug', 'no seal', {
        db: this.#options.path,
        error: error instanceof Error ? error : null,
      })
      return null
    }
  }

  #applySeal(active: ActiveDatabase): void {
    const position = active.follower.position
    if (position === null) return
    const seal = readSeal(this.#env, this.#options.metaPath)
    if (sealHolds(seal, position, mainFactsOf(active.files.statMain()))) active.pin.covered = true
  }

  async #pause(): Promise<void> {
    this.#abort.signal.throwIfAborted()
    await this.#env.clock.sleep(0)
  }

  async #guarded<Result>(act: () => Promise<Result> | Result): Promise<Result> {
    try {
      return await act()
    } catch (error) {
      this.#letGoOfHugeWal()
      throw asLocalError(error, this.#options.metaPath)
    }
  }

  /** Local files cannot be written: past a limit the WAL matters more than a cheap continuation. */
  #letGoOfHugeWal(): void {
    const active = this.#active
    if (active === null || active.files.walBytes() <= this.#options.settings.pinnedWalBytesMax) return
    active.pin.release()
    this.#env.logger.log('error', LET_GO, { db: this.#options.path })
  }

  #requireActive(): ActiveDatabase {
    if (this.#active === null)
      throw new ReplicatorError('REPLICATOR_LOCAL_STATE', `${this.#options.path} is not open any more`)
    return this.#active
  }

  #closeAll(): void {
    if (this.#opened !== null) closeDatabase(this.#env, this.#opened)
    this.#opened = null
    this.#active = null
    this.#lock?.release()
    this.#lock = null
  }
}
