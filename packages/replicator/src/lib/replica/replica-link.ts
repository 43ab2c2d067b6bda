import { describeFile, type CallOptions, type ReplicaClient } from '@ltx/client-core'
import type { Txid } from '@ltx/format'
import { ReplicatorError } from '../errors.ts'
import { askReplica } from './ask-replica.ts'
import type { LocalFilesPort } from './local-files-port.ts'
import { planKnown, type KnownPlan, type Replan } from './plan-known.ts'
import type { RemoteFiles } from './remote-files.ts'
import { findGone, mayHaveLostFiles } from './stored-files-gone.ts'
import { Uploader, type UploadOptions, type UploadOutcome } from './upload-files.ts'

export interface LinkParts {
  readonly client: ReplicaClient
  readonly local: LocalFilesPort
  /** Files of one call of {@link ReplicaLink.upload}, 0 for all. */
  readonly filesMax: number
  /** The replica has become known, and what was captured before goes up as it is. */
  onKnown(plan: Extract<KnownPlan, { kind: 'go-on' }>): void
}

/** What is known of the replica at the start: what it holds, or why that is not known. */
export type LinkStart =
  | { readonly kind: 'known'; readonly remote: RemoteFiles; readonly confirmed: Txid | null }
  | { readonly kind: 'unknown'; readonly error: Error }

interface KnownState {
  readonly kind: 'known'
  readonly remote: RemoteFiles
  readonly uploader: Uploader
}

type LinkState = KnownState | Extract<LinkStart, { kind: 'unknown' }> | Replan

interface Waiter {
  resolve(known: boolean): void
  reject(error: Error): void
}

/**
 * One database's way to its replica. Begins with what is stored, or, where that could not be listed yet, by listing it before the first
 * upload: until then local TXIDs are provisional (engine.md §8). After a failure that may mean that stored files are gone it is listed again.
 */
export class ReplicaLink {
  readonly #parts: LinkParts
  #state: LinkState
  /** Those who want to know what the next attempt to list gives. */
  #waiters: Waiter[] = []
  #gaveUp: Error | null = null
  /** An upload failed in a way that may mean that stored files are gone. */
  #lookAgain = false

  constructor(parts: LinkParts, start: LinkStart) {
    this.#parts = parts
    this.#state = start.kind === 'known' ? this.#knownState(start.remote, start.confirmed) : start
  }

  get isKnown(): boolean {
    return this.#state.kind === 'known'
  }

  /** Why the replica is not known; `null`: it is. */
  get error(): Error | null {
    return this.#state.kind === 'unknown' ? this.#state.error : null
  }

  /** @throws {ReplicatorError} `REPLICATOR_UNEXPECTED` while it is not known what is stored */
  get remote(): RemoteFiles {
    const state = this.#state
    if (state.kind === 'known') return state.remote
    const message = 'the replica could not be listed since the start; what it holds is not known yet'
    throw new ReplicatorError('REPLICATOR_UNEXPECTED', message, { cause: this.error ?? undefined })
  }

  /** The replica holds everything local up to it; `null`: nothing, or that is not known. */
  get confirmed(): Txid | null {
    return this.#state.kind === 'known' ? this.#state.uploader.confirmed : null
  }

  /**
   * One attempt, at most one batch. Calls must not overlap.
   *
   * @throws {ClientError} when the storage fails
   */
  async upload(options: UploadOptions): Promise<UploadOutcome | Replan> {
    let state = this.#state.kind === 'unknown' ? await this.#learn(options) : this.#state
    if (state.kind === 'known' && this.#lookAgain) state = await this.#confirmStored(state, options)
    if (state.kind !== 'known') return state
    try {
      return await state.uploader.uploadPending(options)
    } catch (error) {
      this.#lookAgain ||= mayHaveLostFiles(error)
      throw error
    }
  }

  /**
   * Waits until the replica is known; somebody must make {@link ReplicaLink.upload} run.
   *
   * @returns false: what is stored makes a new start necessary.
   * @throws {ClientError} when the next attempt fails
   */
  nextAttempt(signal?: AbortSignal): Promise<boolean> {
    if (this.#state.kind !== 'unknown') return Promise.resolve(this.#state.kind === 'known')
    if (this.#gaveUp !== null) return Promise.reject(this.#gaveUp)
    const { promise, resolve, reject } = Promise.withResolvers<boolean>()
    const stop = (): void => reject(signal?.reason as Error)
    this.#waiters.push({ resolve, reject })
    if (signal?.aborted === true) stop()
    signal?.addEventListener('abort', stop, { once: true })
    return promise.finally(() => signal?.removeEventListener('abort', stop))
  }

  /** Nothing will be tried any more: also for those who come later. */
  giveUp(error: Error): void {
    this.#gaveUp ??= error
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error)
  }

  /** Differences that go up beside files which somebody has removed would restore nowhere: then the next start decides what is missing. */
  async #confirmStored(state: KnownState, options: CallOptions): Promise<KnownState | Replan> {
    const gone = await findGone(this.#parts.client, state.remote, options)
    this.#lookAgain = false
    if (gone === null) return state
    const because = `${describeFile(gone)} is not in the replica any more: somebody else has removed it`
    return (this.#state = { kind: 'replan', because })
  }

  async #learn(options: CallOptions): Promise<KnownState | Replan> {
    try {
      const { remote, facts } = await askReplica(this.#parts, options)
      const plan = planKnown(facts)
      const state = plan.kind === 'go-on' ? this.#knownState(remote, plan.confirmed) : plan
      this.#state = state
      if (plan.kind === 'go-on') this.#parts.onKnown(plan)
      for (const waiter of this.#waiters.splice(0)) waiter.resolve(plan.kind === 'go-on')
      return state
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause))
      this.#state = { kind: 'unknown', error }
      for (const waiter of this.#waiters.splice(0)) waiter.reject(error)
      throw cause
    }
  }

  #knownState(remote: RemoteFiles, confirmed: Txid | null): KnownState {
    const { client, local, filesMax } = this.#parts
    return {
      kind: 'known',
      remote,
      uploader: new Uploader({ client, local, remote }, { filesMax, confirmed }),
    }
  }
}
