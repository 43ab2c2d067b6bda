import type { CallOptions, FileInfo } from '@ltx/client-core'
import { nextTxid, type Txid } from '@ltx/format'
import { ReplicatorError } from '../errors.ts'
import { runCompaction, type CompactionOutcome } from '../compaction/run-compaction.ts'
import { runRetention, type RetentionResult } from '../retention/run-retention.ts'
import type { KnownPlan } from '../replica/plan-known.ts'
import type { RemoteFiles } from '../replica/remote-files.ts'
import { ReplicaLink } from '../replica/replica-link.ts'
import { UploadLoop, type UploadLoopEnd } from '../replica/upload-loop.ts'
import type { DatabaseParts } from './database-parts.ts'
import { CaptureRecord } from './capture-record.ts'
import { Chores } from './chores.ts'
import { ConfirmedRecord } from './confirmed-record.ts'
import { emitCapture, emitUpload, emitUploadFailure } from './emit-capture.ts'
import type { FollowerPort, SyncReport } from './follower-port.ts'
import type { LocalPort } from './local-port.ts'
import { looksChanged, type Asleep } from './looks-changed.ts'
import type { PreparedStart } from './prepare-start.ts'
import { SerialQueue } from './serial-queue.ts'
import { StartComparison } from './start-comparison.ts'
import { takeSnapshot, type SnapshotParts, type SnapshotResult } from './take-snapshot.ts'
import { UploadWaiters } from './upload-waiters.ts'

export interface LiveHooks {
  /** A sleeping database has been opened again. */
  onAwake(): void
  /** No file has its name any more. What was captured still goes up. Told at each look. */
  onGone(): void
  /** The replica could be listed, after a start without it. */
  onKnown(): void
}

/** A database that is being followed: its SQLite side, what its replica holds, and the uploads between them. */
export class LiveDatabase {
  readonly #parts: DatabaseParts
  readonly #follower: FollowerPort
  readonly #hooks: LiveHooks
  readonly #local: LocalPort
  readonly #link: ReplicaLink
  readonly #comparison: StartComparison
  readonly #uploads: UploadLoop
  readonly #waiters = new UploadWaiters()
  /** Captures, sleeping and waking, one at a time. */
  readonly #gate = new SerialQueue()
  /** What was captured last, for those who want to see it. */
  readonly captures: CaptureRecord
  readonly #chores = new Chores()
  readonly #record: ConfirmedRecord
  #asleep: Asleep | null
  #lastTXID: Txid | null
  #changedAtMs: number
  #wasReplaced = false

  /** @param asleep How it was left, for one that begins asleep. */
  constructor(
    parts: DatabaseParts,
    follower: FollowerPort,
    local: LocalPort,
    prepared: PreparedStart,
    hooks: LiveHooks,
    asleep: Asleep | null = null,
  ) {
    this.#asleep = asleep
    this.#hooks = hooks
    this.#parts = parts
    this.captures = new CaptureRecord(parts.env.clock)
    this.#record = new ConfirmedRecord(parts, asleep && prepared.order.confirmed)
    this.#follower = follower
    this.#local = local
    this.#lastTXID = prepared.order.lastTXID
    this.#changedAtMs = parts.env.clock.elapsedMs()
    this.#comparison = new StartComparison(parts, follower, asleep === null)
    const link = { client: parts.client, local, filesMax: parts.settings.maxSyncLtxFiles }
    this.#link = new ReplicaLink({ ...link, onKnown: (plan) => this.#known(plan) }, prepared.link)
    this.#uploads = new UploadLoop(
      {
        env: parts.env,
        upload: (options) => this.#link.upload({ ...options, newest: this.#lastTXID }),
      },
      {
        onUploaded: ({ files, confirmed }) => this.#uploaded(files, confirmed),
        onFailure: (failure) => this.#waiters.attemptFailed(emitUploadFailure(parts, failure)),
        onRecovered: (failures) =>
          parts.emit({ kind: 'recovered', path: parts.path, during: 'upload', failures }),
      },
    )
  }

  /** @throws {ReplicatorError} while it is not known */
  get remote(): RemoteFiles {
    return this.#link.remote
  }

  /** Why it is not known what the replica holds, since the start; `null`: it is. Local TXIDs are provisional meanwhile. */
  get unknownBecause(): Error | null {
    return this.#link.error
  }

  /** Newest local TXID. */
  get lastTXID(): Txid | null {
    return this.#lastTXID
  }

  /** The replica holds everything up to it. */
  get confirmed(): Txid | null {
    return this.#link.confirmed
  }

  get isAsleep(): boolean {
    return this.#asleep !== null
  }

  get changedAtMs(): number {
    return this.#changedAtMs
  }

  get uploading(): Pick<UploadLoop, 'state' | 'failure'> {
    return this.#uploads
  }

  /** Uploads whenever there is something, until somebody has to decide. */
  runUploads(signal: AbortSignal): Promise<UploadLoopEnd> {
    return this.#uploads.run(signal)
  }

  /**
   * Tries at once to list a replica that did not answer at the start.
   *
   * @returns false: this session ends, since what is stored makes a new start necessary.
   * @throws {ClientError} when it still does not answer
   */
  becomesKnown(options: CallOptions = {}): Promise<boolean> {
    const attempt = this.#link.nextAttempt(options.signal)
    this.#uploads.retryNow()
    return attempt
  }

  /** Captures what is committed. A sleeping database is woken only if it looks changed, or `always`. */
  async capture(options: { look?: boolean; always?: boolean } = {}): Promise<SyncReport | null> {
    const { look = false, always = false } = options
    const report = await this.captures.through(this.#gate, async () => {
      const { env, path, claims } = this.#parts
      const asleep = this.#asleep
      if (asleep !== null && !always && !(await looksChanged(env.files, path, asleep)))
        return this.#unchanged()
      if (this.#wasReplaced) await claims.claim(path)
      const startMs = env.clock.elapsedMs()
      const synced = await (asleep === null ? this.#follower.sync({ look }) : this.#wake()).catch(
        (error: unknown) => {
          this.#uploads.wake() // what was captured before it failed goes up all the same
          throw error
        },
      )
      this.#captured(synced, startMs)
      return synced
    })
    if (report?.kind === 'synced')
      await this.#comparison.afterSync(report.isSuspect, look, () => this.capture())
    return report
  }

  /** A checkpoint of the application waits for our pin. */
  async isPinWanted(): Promise<boolean> {
    return this.#asleep === null && (await this.#follower.isPinWanted())
  }

  /** Resolves when the replica holds everything up to `txid`. `isImpatient`: rejects when the next attempt fails. */
  async uploadedThrough(txid: Txid, options: CallOptions & { isImpatient?: boolean } = {}): Promise<void> {
    const isThere = this.confirmed !== null && this.confirmed >= txid
    if (!isThere) this.#uploads.retryNow()
    if (!isThere) await this.#waiters.wait(txid, options.signal, options.isImpatient)
    this.#record.note(this.confirmed)
  }

  /** It is not followed any more: those who wait for uploads are told that they will not happen. */
  giveUp(error: Error): void {
    this.#waiters.fail(error)
    this.#link.giveUp(error)
    this.#comparison.stop()
    this.#chores.end(error)
  }

  /** After {@link LiveDatabase.giveUp}: resolves when nothing of it is done in the replica any more, uploads excepted. */
  settled(): Promise<void> {
    return this.#chores.settled()
  }

  /** Closes the connections if nothing goes on. */
  sleep(): Promise<boolean> {
    return this.#gate.run(async () => {
      if (this.#asleep !== null) return true
      const outcome = await this.#follower.sleep(this.confirmed)
      if (outcome.kind === 'asleep') this.#asleep = outcome
      else this.#changedAtMs = this.#parts.env.clock.elapsedMs() // look again after another silence
      return outcome.kind === 'asleep'
    })
  }

  /** @param comesFirst Nothing that goes up restores without it. Else it goes up after all level 0 files up to it. */
  snapshot(options: CallOptions = {}, comesFirst: boolean = false): Promise<SnapshotResult | null> {
    return this.#chores.run(options, async ({ signal }) => {
      const isNewest = this.remote.newest(9)?.maxTXID === this.#lastTXID
      const isFirstImage = this.#lastTXID === 1n && this.#asleep !== null // which lies here as a file, also while asleep
      await this.capture({ always: !isNewest && !isFirstImage })
      if (this.#lastTXID === null) return null
      const uploaded = (txid: Txid): Promise<void> =>
        comesFirst ? Promise.resolve() : this.uploadedThrough(txid, { signal, isImpatient: true })
      const parts = { ...this.#stored(), follower: this.#follower, uploaded }
      return await takeSnapshot(parts, this.#lastTXID, { signal })
    })
  }

  compact(
    request: { readonly level: number; readonly intervalMs: number | null },
    options: CallOptions = {},
  ): Promise<CompactionOutcome> {
    const { env, store } = this.#parts
    const job = { ...request, nowMs: env.clock.wallMs(), verify: store.verifyCompaction }
    return this.#chores.run(options, (both) => runCompaction(this.#stored(), { ...job, ...both }))
  }

  /** Deletes what is old, in the replica and then here. */
  retain(options: CallOptions = {}): Promise<RetentionResult & { readonly localDeleted: number }> {
    const { env, client, store } = this.#parts
    return this.#chores.run(options, async (both) => {
      const request = { ...store, ...both, nowMs: env.clock.wallMs() }
      const result = await runRetention({ client, remote: this.remote }, request)
      this.#parts.tally.level0 = result.level0
      return { ...result, localDeleted: await this.#trim(result.localUpTo) }
    })
  }

  /** Not in the gate: captures go on while the worker absorbs. A database that falls asleep meanwhile is trimmed another time. */
  async #trim(upTo: Txid | null): Promise<number> {
    const oldest = upTo === null || this.#asleep !== null ? undefined : (await this.#local.list())[0]
    if (upTo === null || oldest === undefined || oldest.txid > upTo) return 0
    if (this.confirmed !== null) await this.#follower.confirm(this.confirmed)
    return (await this.#follower.trim(nextTxid(upTo))).deleted.length
  }

  #stored(): Pick<SnapshotParts, 'env' | 'client' | 'remote' | 'local'> {
    const { env, client } = this.#parts
    return { env, client, remote: this.remote, local: this.#local }
  }

  async #wake(): Promise<SyncReport> {
    const lastTXID = this.#lastTXID
    const assumed = this.unknownBecause === null ? null : lastTXID
    const sweep = this.#asleep?.neverOpened === true // later it would take what a snapshot has staged
    const order = { keepLocal: true, lastTXID, newestFileMs: 0, confirmed: this.confirmed, assumed, sweep }
    const report = await this.#follower.wake(order)
    if (report.kind === 'gone') return report
    this.#asleep = null
    this.#comparison.opened()
    this.#changedAtMs = this.#parts.env.clock.elapsedMs()
    this.#hooks.onAwake()
    return report
  }

  /** Nothing is new. */
  #unchanged(): null {
    if (this.confirmed !== this.#lastTXID || this.unknownBecause !== null) return null
    this.#parts.tally.synced(this.#parts.env.clock.wallMs())
    this.#record.note(this.confirmed)
    return null
  }

  #captured(report: SyncReport, startMs: number): void {
    const { env, path } = this.#parts
    const nowMs = env.clock.elapsedMs()
    this.#local.wrote([...report.files, ...(report.written ?? [])])
    if (report.lastTXID !== null) this.#lastTXID = report.lastTXID
    this.#wasReplaced = report.kind === 'replaced'
    if (report.files.length > 0) this.#changedAtMs = nowMs
    if (this.confirmed !== this.#lastTXID) {
      this.#parts.tally.behind(report.files[0]?.timestampMs ?? env.clock.wallMs())
      this.#uploads.wake() // also for files of checkpoints and snapshots, which tell nobody
    } else if (report.files.length === 0) this.#unchanged()
    emitCapture(this.#parts, report, nowMs - startMs)
    if (report.kind === 'gone') this.#hooks.onGone()
    if (report.kind === 'not-wal')
      throw new ReplicatorError('REPLICATOR_NOT_WAL', `${path} is not in WAL mode any more`)
  }

  #known({ plan, because }: Extract<KnownPlan, { kind: 'go-on' }>): void {
    this.#parts.emit({ kind: 'start', path: this.#parts.path, plan, because })
    this.#hooks.onKnown()
  }

  #uploaded(files: readonly FileInfo[], confirmed: Txid | null): void {
    const { env, tally } = this.#parts
    const last = files.at(-1)
    if (confirmed !== null) {
      this.#waiters.confirmed(confirmed)
      if (confirmed === this.#lastTXID) tally.synced(env.clock.wallMs())
      else if (last !== undefined) tally.caughtUpTo(last.createdAtMs)
    }
    emitUpload(this.#parts, files, confirmed)
  }
}
