import type { DatabaseStatus, ReplicatorEvent } from '@ltx/replicator'
import { describeError } from '../program/errors.ts'
import { formatDuration } from '../text/duration.ts'

/**
 * `stale`: commits have not been in the replica for too long. `error`: something has failed for that long, or until a person acts.
 * `unverifiable`: a restore was tried out, and it was not what it should be. `missing`: there was a database, and there is none.
 */
export type HealthProblemKind = 'stale' | 'error' | 'unverifiable' | 'missing'

export interface HealthProblem {
  readonly path: string
  readonly kind: HealthProblemKind
  readonly reason: string
  /** See {@link HealthMonitor.lagMs}. */
  readonly lagMs: number
}

/** What came of a restore that was made to see whether it can be. */
export interface Verification {
  /** When it ended, in milliseconds since the Unix epoch. */
  readonly atMs: number
  /** Why the replica cannot be trusted; `null`: it was restored and found right. */
  readonly failure: string | null
}

export interface HealthParts {
  /** Of all databases that are followed. */
  readonly statuses: () => readonly DatabaseStatus[]
  /** How far behind a database may be, in milliseconds; `null`: that depends on its sync interval. */
  readonly lagMsMax: number | null
  /** Wall time. */
  readonly nowMs: () => number
}

/** Unless somebody says otherwise a database may be so many sync intervals behind, and so long at least. */
const LAG_SYNCS_MAX = 10
export const LAG_MS_MAX = 60_000

const MISSING =
  'there is no such database any more. Bring it back, or let ltx know that it is gone: ltx stop, or ltx unregister'

interface Failing {
  readonly sinceMs: number
  readonly error: Error
}

/** Knows how far each replica is behind, and what is wrong with whom. */
export class HealthMonitor {
  readonly #parts: HealthParts
  /** Databases whose changes cannot be captured at the moment. */
  readonly #failing = new Map<string, Failing>()
  /** Why what was captured does not get into the replica. */
  readonly #uploadErrors = new Map<string, Error>()
  readonly #verifications = new Map<string, { last: Verification; goodAtMs: number | null }>()

  constructor(parts: HealthParts) {
    this.#parts = parts
  }

  /** A listener for the Store. */
  readonly hear = (event: ReplicatorEvent): void => {
    const { path } = event
    switch (event.kind) {
      case 'error':
        if (event.during === 'open' || event.during === 'sync') this.#failed(path, event.error)
        if (event.during === 'upload') this.#uploadErrors.set(path, event.error)
        return
      case 'upload':
        this.#uploadErrors.delete(path)
        return
      case 'conflict':
        this.#failed(path, event.error)
        return
      case 'state':
        if (event.state === 'closed') this.#forget(path)
        if (event.state === 'active' || event.state === 'dormant') this.#failing.delete(path)
        return
      case 'start':
      case 'sync':
        this.#failing.delete(path)
        return
      case 'recovered':
        if (event.during === 'upload') this.#uploadErrors.delete(path)
        else if (event.during !== 'local-state') this.#failing.delete(path)
        return
      case 'switched-to-wal':
      case 'checkpoint':
      case 'resync':
      case 'replaced':
      case 'missing':
      case 'compaction':
      case 'snapshot':
      case 'retention':
        return
    }
  }

  /** Tells what a restore on trial came to. */
  verified(path: string, verification: Verification): void {
    const { atMs, failure } = verification
    const goodAtMs = failure === null ? atMs : (this.#verifications.get(path)?.goodAtMs ?? null)
    this.#verifications.set(path, { last: verification, goodAtMs })
  }

  /** The last restore on trial, and when one was found right; `null`: there was none. */
  verificationOf(path: string): { readonly last: Verification; readonly goodAtMs: number | null } | null {
    return this.#verifications.get(path) ?? null
  }

  /**
   * For how long the oldest commit that is not in the replica has been waiting, as far as that is known, or for how long nobody could look
   * for one; in milliseconds. 0: all are there. `null`: there is no such database.
   */
  lagMs({ path, state, behindSinceMs, error }: DatabaseStatus): number | null {
    if (state === 'closed' || (state === 'absent' && error === null)) return null
    const since = [behindSinceMs, this.#failing.get(path)?.sinceMs ?? null].filter((each) => each !== null)
    return since.length === 0 ? 0 : Math.max(0, this.#parts.nowMs() - Math.min(...since))
  }

  /** What is wrong with one database; empty: nothing. */
  problemsOf(status: DatabaseStatus): readonly HealthProblem[] {
    const { path } = status
    const lagMs = this.lagMs(status) ?? 0
    const lagMsMax = this.#parts.lagMsMax ?? Math.max(LAG_SYNCS_MAX * status.syncIntervalMs, LAG_MS_MAX)
    const problems: HealthProblem[] = []
    const add = (kind: HealthProblemKind, reason: string): void => {
      problems.push({ path, kind, reason, lagMs })
    }
    const error = this.#failing.get(path)?.error ?? status.error ?? this.#uploadErrors.get(path) ?? null
    const isLate = lagMs > lagMsMax
    if (status.state === 'failed') add('error', describeError(error ?? 'replication has stopped'))
    else if (isLate && error !== null) add('error', describeError(error))
    if (status.state === 'absent' && status.isMissing) add('missing', MISSING)
    if (isLate) {
      add(
        'stale',
        `commits of ${shown(lagMs)} are not known to be in the replica; at most ${shown(lagMsMax)} are allowed`,
      )
    }
    const failure = this.#verifications.get(path)?.last.failure ?? null
    if (failure !== null) add('unverifiable', failure)
    return problems
  }

  /** What is wrong, of all databases. */
  problems(): readonly HealthProblem[] {
    return this.#parts.statuses().flatMap((status) => this.problemsOf(status))
  }

  #failed(path: string, error: Error): void {
    const sinceMs = this.#failing.get(path)?.sinceMs ?? this.#parts.nowMs()
    this.#failing.set(path, { sinceMs, error })
  }

  #forget(path: string): void {
    this.#failing.delete(path)
    this.#uploadErrors.delete(path)
    this.#verifications.delete(path)
  }
}

/** In whole seconds. */
function shown(durationMs: number): string {
  return formatDuration(Math.round(durationMs / 1000) * 1000)
}
