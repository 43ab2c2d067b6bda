import { basename } from 'node:path'
import type { Txid } from '@ltx/format'
import { ReplicatorError } from '../errors.ts'
import type { DatabaseState } from '../events.ts'
import type { UploadLoopEnd } from '../replica/upload-loop.ts'
import { claimNextTxid } from '../replica/claim-next-txid.ts'
import { BURST_SYNCS_MAX } from '../wake/pace.ts'
import { asLocalError } from './as-local-error.ts'
import { captureAll } from './capture-all.ts'
import { CaptureLoop } from './capture-loop.ts'
import type { CaptureRecord } from './capture-record.ts'
import { capturedBy } from './capture-result.ts'
import type { DatabaseParts } from './database-parts.ts'
import type { FollowerPort, OpenedDatabase } from './follower-port.ts'
import { LiveDatabase, type LiveHooks } from './live-database.ts'
import { LocalPort } from './local-port.ts'
import type { Asleep } from './looks-changed.ts'
import { lostLocally, needsNewSession, notFollowed } from './session-errors.ts'
import { prepareStart, type AskingParts, type PreparedStart } from './prepare-start.ts'
import { settledWithin } from '../worker/settled-within.ts'
import { restingStart, type RestingStart } from './resting-start.ts'

/** A storage that has not ended its calls so long after it was told to is waited for aloud; when all is being closed, no longer. */
const STOP_MS_MAX = 10_000

/**
 * `absent`: no database file. `again`: begin a new session at once. `replan`: the same, and the replica has just answered, so that the new
 * one has to hear it. Anything worse is thrown.
 */
export type SessionEnd = 'absent' | 'again' | 'replan'

export interface SessionHooks {
  onState(state: DatabaseState): void
  /** The first capture is done: the database is followed from now on. */
  onLive(live: LiveDatabase): void
  /** A replica that did not answer at the start has: its chores can begin. */
  onKnown(): void
  onError(
    during: 'open' | 'sync' | 'upload' | 'close',
    error: unknown,
    retryInMs: number | null,
    log: boolean,
  ): void
}

/** From opening a database to the end of following it, in one go. */
export class Session {
  readonly #parts: DatabaseParts
  readonly #hooks: SessionHooks
  readonly #asking: Pick<AskingParts, 'wait' | 'mayBeginOffline'>
  readonly #follower: FollowerPort
  readonly #over = new AbortController()
  readonly #ended = Promise.withResolvers<void>()
  /** When it is over, local files from this TXID on go; `all`: everything local. */
  #forgetFrom: Txid | 'all' | null = null
  #live: LiveDatabase | null = null
  #captures: CaptureRecord | null = null
  #closed: Promise<void> | null = null
  #capture: CaptureLoop | null = null
  #wasWoken = false
  #leaving: Promise<void> | null = null

  constructor(
    parts: DatabaseParts,
    hooks: SessionHooks,
    asking: Pick<AskingParts, 'wait' | 'mayBeginOffline'>,
  ) {
    this.#parts = parts
    this.#hooks = hooks
    this.#asking = asking
    this.#follower = parts.makeFollower()
    this.#ended.promise.catch(() => {})
  }

  /** `null` before the first capture is done, and from the moment the session is to end. */
  get live(): LiveDatabase | null {
    return this.#over.signal.aborted ? null : this.#live
  }

  /** Of the database, from before the first capture is done; `null` before it has begun. */
  get captures(): CaptureRecord | null {
    return this.#captures
  }

  /** Resolves when it is over and everything is closed. Rejects when local state was to be forgotten and could not be. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** Something may have changed. */
  wake(): void {
    this.#wasWoken = true
    this.#capture?.event()
  }

  /** Ends it; the next one begins from what is local and stored then. `forget`: nothing is local then. */
  end(reason: Error, options: { readonly forget: boolean } = { forget: false }): void {
    if (options.forget) this.#forgetFrom = 'all'
    this.#over.abort(reason)
  }

  /** @throws `signal.reason`; {@link ReplicatorError}; {@link ClientError} when it has to be read and cannot */
  async run(signal: AbortSignal): Promise<SessionEnd> {
    const { path, emit, env, metaPath, claims } = this.#parts
    const local = new LocalPort(env.files, metaPath)
    const stop = (): void => void this.#closeFollower() // ends a scan that is under way, however long it would be
    signal.addEventListener('abort', stop, { once: true })
    try {
      await claims.claim(path)
      const resting = await this.#resting(local, signal)
      if (resting !== null) return await this.#begin(local, resting.prepared, resting.asleep, signal)
      const opened = await this.#follower.open()
      if (opened.kind === 'absent') return 'absent'
      if (opened.switchedToWal) emit({ kind: 'switched-to-wal', path })
      const prepared = await this.#prepare(local, opened, signal)
      await this.#follower.start(prepared.order)
      return await this.#begin(local, prepared, null, signal)
    } catch (error) {
      if (this.#leaving !== null && !signal.aborted) return 'again'
      throw asLocalError(error, metaPath)
    } finally {
      this.#live?.giveUp(notFollowed(path))
      this.#live = null
      this.#capture = null
      signal.removeEventListener('abort', stop)
      await this.#close()
    }
  }

  async #resting(local: LocalPort, signal: AbortSignal): Promise<RestingStart | null> {
    const { env, path, client, metaPath, settings } = this.#parts
    if (settings.dormantAfterMs === 0) return null
    const parts = { ...this.#asking, env, path, client, metaPath, local, bytesMax: settings.dormantBytesMax }
    return await restingStart(parts, { signal })
  }

  async #prepare(local: LocalPort, opened: OpenedDatabase, signal: AbortSignal): Promise<PreparedStart> {
    const { env, client, metaPath, settings, tally } = this.#parts
    tally.behind(env.clock.wallMs())
    const { rebuildBytesMax } = settings
    const parts = { ...this.#asking, env, client, local, follower: this.#follower, metaPath, rebuildBytesMax }
    return await prepareStart(parts, opened, { signal })
  }

  async #begin(
    local: LocalPort,
    prepared: PreparedStart,
    asleep: Asleep | null,
    signal: AbortSignal,
  ): Promise<SessionEnd> {
    const { path, emit } = this.#parts
    const { plan } = prepared
    const isOthers = plan.kind === 'rebase' && plan.isOthers
    emit({ kind: 'start', path, plan: plan.kind, because: plan.because, ...(isOthers && { isOthers }) })
    const hooks: LiveHooks = {
      onAwake: () => this.#hooks.onState('active'),
      onGone: () => void (this.#leaving ??= this.#leave(live)),
      onKnown: () => {
        this.#hooks.onKnown()
        this.#capture?.event() // a look tells whether the replica has everything
      },
    }
    const live = new LiveDatabase(this.#parts, this.#follower, local, prepared, hooks, asleep)
    this.#captures = live.captures
    return await this.#follow(live, prepared, signal)
  }

  async #close(): Promise<void> {
    try {
      await this.#closeFollower()
      if (this.#forgetFrom !== null) await this.#forget(this.#forgetFrom)
      this.#ended.resolve()
    } catch (error) {
      this.#ended.reject(error)
      throw error
    }
  }

  /** Through a new follower: the old one may have been in the middle of a long scan, which only its closing ends. */
  async #forget(from: Txid | 'all'): Promise<void> {
    const follower = this.#parts.makeFollower()
    try {
      await follower.open() // for the lock of the state folder
      await follower.reset(from === 'all' ? undefined : from)
    } finally {
      await follower.close()
    }
  }

  #closeFollower(): Promise<void> {
    this.#closed ??= this.#follower
      .close()
      .catch((error: unknown) => this.#hooks.onError('close', error, null, true))
    return this.#closed
  }

  async #follow(live: LiveDatabase, prepared: PreparedStart, signal: AbortSignal): Promise<SessionEnd> {
    const { plan } = prepared
    await captureAll(live, this.#parts.env.clock)
    if (plan.kind === 'republish' || (plan.kind === 'rebase' && plan.needsSnapshot)) {
      await this.#snapshotFirst(live, signal)
    }
    const both = AbortSignal.any([signal, this.#over.signal])
    this.#live = live
    this.#capture = this.#captureLoop(live)
    const loops = [live.runUploads(both), this.#capture.run(both)]
    for (const loop of loops) loop.catch(() => {})
    if (this.#wasWoken) this.#capture.event() // perhaps too late for the first capture
    this.#hooks.onState(live.isAsleep ? 'dormant' : 'active')
    this.#hooks.onLive(live)
    try {
      const end = await Promise.race(loops)
      return await this.#endOf(live, end)
    } catch (error) {
      if (this.#over.signal.aborted && !signal.aborted) return 'again'
      throw error
    } finally {
      await this.#stop(live, loops, signal)
    }
  }

  /** The file is gone: what was captured of it goes up if the replica answers, then the session is over. */
  async #leave(live: LiveDatabase): Promise<void> {
    const options = { signal: this.#over.signal, isImpatient: true }
    if (live.lastTXID !== null) await live.uploadedThrough(live.lastTXID, options).catch(() => {})
    this.end(new ReplicatorError('REPLICATOR_ABSENT', `${this.#parts.path} does not exist any more`))
  }

  /** What begins after this session is decided from what is local and stored then: so nothing of it may come later. */
  async #stop(live: LiveDatabase, loops: readonly Promise<unknown>[], signal: AbortSignal): Promise<void> {
    const { env, path } = this.#parts
    this.#over.abort(new ReplicatorError('REPLICATOR_CLOSED', 'the session is over'))
    live.giveUp(notFollowed(path))
    void this.#closeFollower()
    const over = Promise.allSettled([...loops, live.settled()])
    while (!(await settledWithin(env.clock, STOP_MS_MAX, over))) {
      env.logger.log('warn', 'the storage does not end what it was told to end', { db: basename(path) })
      if (signal.aborted) return
    }
  }

  /** Nothing that goes up restores without it. @throws {ReplicatorError} when there is none, so that all of this is tried again */
  async #snapshotFirst(live: LiveDatabase, signal: AbortSignal): Promise<void> {
    const { path, emit, env, client, metaPath } = this.#parts
    const local = new LocalPort(env.files, metaPath)
    await claimNextTxid({ client, local, remote: live.remote }, live.confirmed, { signal })
    const snapshot = await live.snapshot({ signal }, true)
    if (snapshot === null) {
      const message = `no snapshot of ${path} could be made just now, and what is stored restores only with one`
      throw new ReplicatorError('REPLICATOR_UNEXPECTED', message)
    }
    emit({ kind: 'snapshot', path, ...snapshot })
  }

  #captureLoop(live: LiveDatabase): CaptureLoop {
    const { env, settings, path, emit, onSteady, tally } = this.#parts
    return new CaptureLoop({
      env,
      pace: { syncIntervalMs: settings.syncIntervalMs, burstMax: BURST_SYNCS_MAX },
      capture: async () => capturedBy(await live.capture()),
      isPinWanted: () => live.isPinWanted(),
      onSteady: (isSteady) => onSteady?.(isSteady),
      onFailure: ({ error, delayMs, log }) => {
        tally.captureFailed(error)
        this.#hooks.onError('sync', error, delayMs, log)
        if (needsNewSession(error)) this.end(error)
      },
      onRecovered: (failures) => emit({ kind: 'recovered', path, during: 'sync', failures }),
    })
  }

  /** @throws {ReplicatorError} `REPLICATOR_CONFLICT` */
  async #endOf(live: LiveDatabase, end: UploadLoopEnd): Promise<SessionEnd> {
    const { path, client, emit, env } = this.#parts
    if (end.kind === 'replan') {
      env.logger.log('warn', 'the replica is looked at anew', { db: basename(path), reason: end.because })
      live.giveUp(new ReplicatorError('REPLICATOR_LOCAL_STATE', end.because))
      return 'replan'
    }
    if (end.kind === 'missing' || end.kind === 'damaged') {
      const error = lostLocally(path, end)
      this.#hooks.onError('upload', error, 0, true)
      live.giveUp(error)
      // without these files the next session has no position: it compares the database with the newest file before them
      if (end.kind === 'damaged') this.#forgetFrom ??= end.txid
      emit({ kind: 'recovered', path, during: 'local-state', failures: 1, because: error.message })
      return 'again'
    }
    const message = `another process writes to ${client.url}: it holds other bytes under the next TXID. Nothing was overwritten. Give each database a replica path of its own`
    const error = new ReplicatorError('REPLICATOR_CONFLICT', message, { cause: end.error })
    live.giveUp(error)
    emit({ kind: 'conflict', path, txid: end.txid, error })
    throw error
  }
}
