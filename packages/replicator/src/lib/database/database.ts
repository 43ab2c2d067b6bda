import type { CallOptions, FileInfo, ReplicaClient } from '@ltx/client-core'
import type { Txid } from '@ltx/format'
import type { CompactionOutcome } from '../compaction/run-compaction.ts'
import { isReplicatorError, ReplicatorError } from '../errors.ts'
import type { DatabaseState } from '../events.ts'
import { Absence } from './absence.ts'
import { hasAppeared, noPosition } from './absent-database.ts'
import { Announcements } from './announcements.ts'
import { asError } from './as-error.ts'
import { captureAll } from './capture-all.ts'
import type { DatabaseParts } from './database-parts.ts'
import type { DatabaseStatus, SyncOutcome } from './database-status.ts'
import { emitCompaction, emitRetention } from './emit-capture.ts'
import { Doorbell } from './doorbell.ts'
import type { LiveDatabase } from './live-database.ts'
import { ReplicaWait } from './replica-wait.ts'
import { runSessions, type FailedAttempt } from './run-sessions.ts'
import { Session, type SessionHooks } from './session.ts'
import { SharedRun } from './shared-run.ts'
import type { SnapshotResult } from './take-snapshot.ts'
import { unlessAborted } from './unless-aborted.ts'

/** One database and its one replica. Made by a `Store`. */
export class Database {
  readonly #parts: DatabaseParts
  readonly #closing = new AbortController()
  #state: DatabaseState = 'opening'
  #session: Session | null = null
  #error: Error | null = null
  /** For the first answers of the replica. */
  readonly #wait: ReplicaWait
  #absence: Absence | null = null
  #wasFollowed = false
  /** Rings when something may have changed while nothing is followed. */
  readonly #bell = new Doorbell()
  readonly #captures = new SharedRun(() => this.#captureNow())
  /** The state, the error or what is followed has changed. */
  readonly #changes = new Announcements()
  #running: Promise<void> | null = null
  #onLive: ((live: LiveDatabase) => void) | null = null
  readonly #report: SessionHooks['onError'] = (during, error, retryInMs, log) =>
    this.#parts.emit({ kind: 'error', path: this.path, during, error: asError(error), retryInMs, log })

  constructor(parts: DatabaseParts) {
    this.#parts = parts
    this.#wait = new ReplicaWait(parts.env.clock)
  }

  get path(): string {
    return this.#parts.path
  }

  get client(): ReplicaClient {
    return this.#parts.client
  }

  /** `null` while it is not followed. */
  get live(): LiveDatabase | null {
    return this.#session?.live ?? null
  }

  status(): DatabaseStatus {
    return {
      path: this.path,
      state: this.#state,
      isMissing: this.#absence?.isMissing ?? false,
      txid: this.live?.lastTXID ?? null,
      replicatedTXID: this.live?.confirmed ?? null,
      syncedAtMs: this.#parts.tally.syncedAtMs,
      durableAtMs: this.#parts.tally.durableAtMs,
      behindSinceMs: this.#parts.tally.behindSinceMs,
      error: this.#error ?? this.live?.unknownBecause ?? this.#wait.trouble,
      capture: this.#session?.captures?.now() ?? null,
      syncIntervalMs: this.#parts.settings.syncIntervalMs,
      counts: this.#parts.tally,
    }
  }

  /**
   * Begins. Resolves when the database is followed, or known to be absent, or when the first attempt failed and others follow.
   *
   * @param onLive Called each time following begins (again) and the replica is known.
   * @throws {ReplicatorError} what needs somebody to act: `REPLICATOR_OLD_SQLITE`, `REPLICATOR_TWO_NAMES`, `REPLICATOR_CONFLICT`; and
   *   `REPLICATOR_LOCKED`, after which it is tried again all the same, until `close`
   * @throws {ClientError} the replica cannot be connected, and not because it cannot be reached; tried again likewise
   */
  async open(onLive: (live: LiveDatabase) => void = () => {}): Promise<void> {
    this.#onLive = onLive
    this.#parts.tally.behind(this.#parts.env.clock.wallMs())
    this.#running ??= this.#run()
    while (this.#state === 'opening' && this.#error === null) await this.#changes.next()
    if (this.#state === 'failed' && this.#error !== null) throw this.#error
  }

  /** Something may have changed. */
  wake(): void {
    this.#session?.wake()
    this.#bell.ring()
  }

  /** For the slow poll: has the file been replaced, has something been missed, is it there at last? */
  async look(): Promise<void> {
    this.#bell.ring()
    const live = this.live
    if (live === null) return
    try {
      const report = await live.capture({ look: true })
      if (report?.kind === 'replaced') this.#session?.wake()
    } catch {
      this.#session?.wake() // which reports it
    }
  }

  /**
   * Captures everything committed before the call into local files, which go up by themselves. Any number of callers share a capture.
   *
   * @returns The newest local TXID; `null`: the database has nothing to capture yet.
   * @throws {ReplicatorError} `REPLICATOR_ABSENT` while there is no such database; whatever keeps it from being followed
   */
  capture(options: CallOptions = {}): Promise<Txid | null> {
    return unlessAborted(this.#captures.run(), options.signal)
  }

  /**
   * Captures everything committed before the call and brings it to the replica, with the upload that is under way where that will do.
   *
   * @throws {ClientError} when the replica has not answered since the start, and does not now; what was committed is captured then
   */
  async sync(options: CallOptions = {}): Promise<SyncOutcome> {
    await this.capture(options)
    const live = await this.#liveAndKnown(options)
    const txid = live.lastTXID
    if (txid === null) throw noPosition(this.path, 'has no data yet')
    await live.uploadedThrough(txid, options)
    return { txid, replicatedTXID: live.confirmed ?? txid }
  }

  /** A snapshot of the present state at level 9. Where it exists it is verified, and nothing is written. */
  async snapshot(options: CallOptions = {}): Promise<SnapshotResult | null> {
    const result = await (await this.#liveAndKnown(options)).snapshot(options)
    if (result !== null) this.#parts.emit({ kind: 'snapshot', path: this.path, ...result })
    return result
  }

  /** @param level 1 to 8 */
  async compact(
    level: number,
    options: CallOptions & { readonly intervalMs?: number | null } = {},
  ): Promise<CompactionOutcome> {
    const live = await this.#liveAndKnown(options)
    const outcome = await live.compact({ level, intervalMs: options.intervalMs ?? null }, options)
    emitCompaction(this.#parts, outcome)
    return outcome
  }

  async enforceRetention(options: CallOptions = {}): Promise<{ readonly deleted: readonly FileInfo[] }> {
    const live = await this.#liveAndKnown(options)
    const result = await live.retain(options)
    emitRetention(this.#parts, result)
    if (result.failure !== null) throw result.failure
    return { deleted: result.deleted }
  }

  /** Forgets local state and begins again from what the replica holds. */
  async reset(): Promise<void> {
    await this.#liveNow()
    const session = this.#session
    session?.end(new ReplicatorError('REPLICATOR_LOCAL_STATE', 'local state was reset'), { forget: true })
    await session?.ended
  }

  /** Looks at the replica anew, for whoever has seen that files are gone from it: what a restore needs is stored again. */
  lookAtReplica(reason: string): void {
    this.#session?.end(new ReplicatorError('REPLICATOR_LOCAL_STATE', reason))
  }

  async sleep(): Promise<boolean> {
    const slept = (await this.live?.sleep()) ?? false
    if (slept) this.#become('dormant')
    return slept
  }

  /**
   * Before `close`, of a database that is being opened: the replica is not waited for any more, so that what is committed can be captured.
   * Resolves when it is followed, or known not to be.
   */
  async beginOffline(): Promise<void> {
    this.#wait.end()
    const isKnown = (): boolean => this.live !== null || this.#state === 'absent' || this.#error !== null
    await this.#changes.until(isKnown, this.#running ?? Promise.resolve())
  }

  /** A last sync, then everything is closed. `finalSync` says how long it may take; its failure is reported as an event. */
  async close(finalSync: (live: LiveDatabase) => Promise<void>): Promise<void> {
    const live = this.live
    if (live !== null) {
      try {
        await finalSync(live)
      } catch (error) {
        this.#report('close', error, null, true)
      }
    }
    this.#closing.abort(new ReplicatorError('REPLICATOR_CLOSED', `${this.path} is closed`))
    await this.#running
    this.#become('closed')
  }

  /** Sessions, one after another, until `close`. */
  #run(): Promise<void> {
    const { signal } = this.#closing
    const run = {
      runSession: (onStarted: () => void, mayBeginOffline: boolean) =>
        this.#newSession(onStarted, mayBeginOffline).run(signal),
      whileAbsent: () => this.#whileAbsent(signal),
      onFailure: (attempt: FailedAttempt) => this.#failed(attempt),
    }
    return runSessions(this.#parts, run, this.#wait, signal)
  }

  /** Until there may be a database. */
  async #whileAbsent(signal: AbortSignal): Promise<void> {
    this.#error = null
    this.#parts.tally.behindSinceMs = null // there is nothing that could be
    if (this.#absence === null) {
      this.#absence = await Absence.begin(this.#parts, this.#wasFollowed)
      this.#become('absent')
      void this.#absence?.tell()
    }
    this.#changes.announce() // also when it was absent before
    await this.#bell.rung(signal)
  }

  #newSession(onStarted: () => void, mayBeginOffline: boolean): Session {
    const hooks: SessionHooks = {
      onState: (state) => this.#become(state),
      onLive: (live) => {
        onStarted()
        this.#error = null
        this.#wasFollowed = true
        this.#changes.announce()
        if (live.unknownBecause === null) this.#onLive?.(live)
      },
      onKnown: () => {
        if (this.live !== null) this.#onLive?.(this.live)
      },
      onError: this.#report,
    }
    this.#bell.silence()
    this.#session = new Session(this.#parts, hooks, { wait: this.#wait, mayBeginOffline })
    return this.#session
  }

  #failed({ error, need, retryInMs, log }: FailedAttempt): void {
    this.#error = asError(error)
    const isTold = isReplicatorError(error, 'REPLICATOR_CONFLICT') // by an event of its own
    if (!isTold) this.#report('open', error, retryInMs, log)
    if (need !== 'time') this.#become('failed')
    this.#changes.announce()
  }

  #become(state: DatabaseState): void {
    if (this.#state === state || this.#state === 'closed') return
    this.#state = state
    if (state !== 'absent') this.#absence = this.#absence?.end() ?? null
    this.#parts.emit({ kind: 'state', path: this.path, state })
    this.#changes.announce()
  }

  async #liveNow(signal?: AbortSignal): Promise<LiveDatabase> {
    while (this.live === null) {
      signal?.throwIfAborted()
      if (this.#state === 'closed') throw new ReplicatorError('REPLICATOR_CLOSED', `${this.path} is closed`)
      if (this.#error !== null) throw this.#error
      const change = this.#changes.next()
      if (this.#state === 'absent') {
        if (!(await hasAppeared(this.#parts.env.files, this.path)))
          throw noPosition(this.path, 'does not exist')
        this.#bell.ring()
      }
      await unlessAborted(change, signal)
    }
    return this.live
  }

  /** @throws {ClientError} when the replica has not answered since the start, and does not now */
  async #liveAndKnown(options: CallOptions): Promise<LiveDatabase> {
    for (;;) {
      const live = await this.#liveNow(options.signal)
      const session = this.#session
      if (live.unknownBecause === null || (await live.becomesKnown(options))) return live
      await unlessAborted(Promise.resolve(session?.ended), options.signal) // the next one begins from what is stored
    }
  }

  async #captureNow(): Promise<Txid | null> {
    const live = await this.#liveNow()
    await captureAll(live, this.#parts.env.clock)
    return live.lastTXID
  }
}
