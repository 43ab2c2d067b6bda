import { basename } from 'node:path'
import type { Env, Logger } from '@ltx/env'
import { formatTxid, type Txid } from '@ltx/format'
import { listReplica } from '@ltx/restore'
import type { ManagedDatabase, ManagedDatabases } from '../control/managed-databases.ts'
import type { Verification } from '../health/health-monitor.ts'
import { metaPathOf } from '../local/local-state.ts'
import { describeError } from '../program/errors.ts'
import type { CommandIo } from '../program/io.ts'
import { formatDuration } from '../text/duration.ts'
import { redactUrls } from '../text/redact-url.ts'
import { storeAgain } from './store-again.ts'
import type { VerifyReport } from './verify-job.ts'
import { verifyReplica } from './verify-replica.ts'

/** The first verification after a start comes so soon, so that one happens even where the program is started anew all the time. */
const FIRST_MS_MAX = 10 * 60 * 1000
/** After one that failed: what was a passing trouble shall not stay on record for the whole interval. */
const RETRY_MS_MAX = 15 * 60 * 1000
/** Where there is nothing to verify at the moment. */
const IDLE_MS_MAX = 60 * 1000
/** Requests to the storage at once, and the priority of SQLite's check: replication comes first. */
const PARALLELISM = 2
const NICENESS = 10

export interface VerifyScheduleParts {
  /** Each database is verified once in this time; milliseconds, above 0. */
  readonly intervalMs: number
  readonly databases: Pick<ManagedDatabases, 'all' | 'get' | 'running'>
  readonly env: Env
  readonly io: Pick<CommandIo, 'checkScript' | 'environment'>
  readonly logger: Logger
  /** Is told what each came to; not where the storage could not be reached. */
  readonly verified: (path: string, verification: Verification) => void
}

/**
 * Verifies the replicas of a daemon, one at a time and spread over the interval: the one that has waited longest is next. What has not
 * been replicated yet, or is stopped, waits.
 */
export class VerifySchedule {
  readonly #parts: VerifyScheduleParts
  readonly #stop = new AbortController()
  /** When each was begun last, on the clock of `elapsedMs`; and whether it has to be repeated soon. */
  readonly #tried = new Map<string, { readonly atMs: number; readonly failed: boolean }>()
  #running: Promise<void> = Promise.resolve()

  constructor(parts: VerifyScheduleParts) {
    this.#parts = parts
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Stops in the middle of one; its temporary files are gone when this resolves. */
  async close(): Promise<void> {
    this.#stop.abort(new Error('the daemon stops'))
    await this.#running
  }

  async #run(): Promise<void> {
    const { env, intervalMs, logger } = this.#parts
    const { signal } = this.#stop
    try {
      await env.clock.sleep(Math.min(FIRST_MS_MAX, intervalMs), { signal })
      for (;;) {
        const next = this.#next()
        if (next === null) {
          await env.clock.sleep(Math.min(IDLE_MS_MAX, intervalMs), { signal })
          continue
        }
        const startMs = env.clock.elapsedMs()
        await this.#verify(next, signal)
        await env.clock.sleep(Math.max(0, this.#pauseMs() - (env.clock.elapsedMs() - startMs)), { signal })
      }
    } catch (error) {
      if (error === signal.reason) return
      logger.log('error', 'no more replicas are verified', { error: describeError(error) })
    }
  }

  /** Between two beginnings. */
  #pauseMs(): number {
    const { intervalMs } = this.#parts
    const waiting = [...this.#tried.values()].some(({ failed }) => failed)
    const pauseMs = intervalMs / Math.max(1, this.#candidates().length)
    return waiting ? Math.min(pauseMs, RETRY_MS_MAX) : pauseMs
  }

  #candidates(): readonly ManagedDatabase[] {
    const { databases } = this.#parts
    return databases.all.filter(({ path }) => {
      const status = databases.running(path)?.status()
      return status !== undefined && status.syncedAtMs !== null && status.state !== 'absent'
    })
  }

  #next(): ManagedDatabase | null {
    const candidates = this.#candidates()
    const paths = new Set(candidates.map(({ path }) => path))
    for (const path of this.#tried.keys()) if (!paths.has(path)) this.#tried.delete(path)
    const { env, intervalMs } = this.#parts
    const nowMs = env.clock.elapsedMs()
    const dueMs = ({ path }: ManagedDatabase): number => {
      const tried = this.#tried.get(path)
      if (tried === undefined) return -Infinity
      return tried.atMs + (tried.failed ? Math.min(RETRY_MS_MAX, intervalMs) : intervalMs)
    }
    const [first] = candidates.toSorted((a, b) => dueMs(a) - dueMs(b))
    // A little early is better than a slot later.
    return first !== undefined && dueMs(first) <= nowMs + intervalMs / 100 ? first : null
  }

  async #verify(database: ManagedDatabase, signal: AbortSignal): Promise<void> {
    const { env, io, databases, verified } = this.#parts
    const { path, client, settings } = database
    const startMs = env.clock.elapsedMs()
    let failure: string | null
    let report: VerifyReport | null = null
    let confirmed: Txid | null = null
    try {
      const metaPath = settings.metaPath ?? metaPathOf(path)
      confirmed = await this.#confirmedOf(path, metaPath)
      const limits = { confirmed, directory: null, all: false, parallelism: PARALLELISM, niceness: NICENESS }
      report = await verifyReplica({ client, env, io, metaPath, ...limits, onProgress() {}, signal })
      failure = failureOf(report)
    } catch (error) {
      signal.throwIfAborted()
      failure = describeError(error)
    }
    if (databases.get(path)?.client !== client) return // it was taken away meanwhile
    this.#tried.set(path, { atMs: startMs, failed: failure !== null })
    this.#log(path, report, failure, env.clock.elapsedMs() - startMs)
    if (report !== null && isVerdict(report)) verified(path, { atMs: env.clock.wallMs(), failure })
    if (failure !== null) await this.#repair(database, confirmed, signal)
  }

  /** What the replica is known to hold; by the local state while a database begins anew. */
  async #confirmedOf(path: string, metaPath: string): Promise<Txid | null> {
    const confirmed = this.#parts.databases.running(path)?.status().replicatedTXID ?? null
    if (confirmed !== null) return confirmed
    const { readConfirmed } = await import('@ltx/replicator')
    return readConfirmed(this.#parts.env, metaPath)
  }

  async #repair(
    { path, client }: ManagedDatabase,
    confirmed: Txid | null,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const listing = await listReplica(client, { signal })
      await storeAgain(path, { client, listing, confirmed }, this.#parts, signal)
    } catch (error) {
      signal.throwIfAborted()
      const fields = { db: basename(path), error: redactUrls(describeError(error)) }
      this.#parts.logger.log('debug', 'what the replica lacks could not be listed', fields)
    }
  }

  #log(path: string, report: VerifyReport | null, failure: string | null, durationMs: number): void {
    const { logger } = this.#parts
    const common = { db: basename(path), duration: formatDuration(Math.round(durationMs)) }
    if (failure !== null) {
      return logger.log('error', 'the replica could not be verified', { ...common, reason: failure })
    }
    const compared = report?.findings.find(({ check }) => check === 'compare')
    const isCompared = compared?.result === 'ok'
    const outcome = isCompared ? 'restored, and found right' : 'restored and sound, but not compared'
    logger.log('info', `replica verified: ${outcome}`, {
      ...common,
      txid: report?.txid === null || report === null ? undefined : formatTxid(report.txid),
      size: report?.bytes,
      [isCompared ? 'compared' : 'because']: compared?.found,
    })
  }
}

/** Why a replica cannot be trusted; `null`: it can. */
function failureOf({ proven, findings }: VerifyReport): string | null {
  if (proven) return null
  const failed = findings.filter(({ result }) => result === 'failed')
  return failed.map(({ check, found }) => `${check}: ${found}`).join('; ')
}

/** A storage that cannot be listed says nothing about the files in it; that it is out of reach is told by replication itself. */
function isVerdict({ findings }: VerifyReport): boolean {
  return findings.every(({ check, result }) => check !== 'list' || result === 'ok')
}
