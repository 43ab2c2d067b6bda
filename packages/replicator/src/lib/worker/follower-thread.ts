import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Env, Logger } from '@ltx/env'
import { isReplicatorError, ReplicatorError } from '../errors.ts'
import { fromPlainError } from './plain-error.ts'
import { settledWithin } from './settled-within.ts'
import type { WorkerEnd, WorkerForget, WorkerReply, WorkerRequest, WorkerStart } from './worker-messages.ts'

/** V8 takes three times 16 MB for young objects where it is let. */
const YOUNG_MB = 6

/** A thread that is still there so long after it was asked to end hangs in a system call. */
const END_MS_MAX = 2000

/** A thread that has not even answered a question for so long is waited for aloud: the first time, then after twice as long each time. */
const SILENCE_MS_FIRST = 30_000
const SILENCE_MS_MAX = 3_600_000

interface Pending {
  readonly database: number | null
  resolve(value: unknown): void
  reject(error: Error): void
}

/** A thread in which databases can live. */
export function startSqliteWorker(start: WorkerStart): Worker {
  const entry = createRequire(import.meta.url).resolve('@ltx/replicator/sqlite-worker')
  return new Worker(pathToFileURL(entry), {
    workerData: start,
    name: 'ltx-sqlite',
    execArgv: [], // the process's own flags are not all allowed in a thread (--max-semi-space-size, --input-type)
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB }, // pages live outside the heap: what is young here is small
    trackUnmanagedFds: !start.embedded, // true: what is still open is closed when the thread ends
  })
}

/** One thread with its databases. Calls are numbered; answers may come in any order. */
export class FollowerThread {
  databases = 0
  readonly #worker: Worker
  readonly #env: Pick<Env, 'clock' | 'logger'>
  readonly #pending = new Map<number, Pending>()
  #calls = 0
  readonly #ended = new AbortController()
  #failure: Error | null = null
  #isWatched = false

  constructor(worker: Worker, env: Pick<Env, 'clock' | 'logger'>) {
    this.#env = env
    this.#worker = worker
    this.#worker.on('message', (reply: WorkerReply) => this.#settle(reply, env.logger))
    this.#worker.on('error', (error: Error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('the thread ended')))
  }

  get isAlive(): boolean {
    return this.#failure === null
  }

  request(make: (call: number) => WorkerRequest): Promise<unknown> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    const call = ++this.#calls
    const request = make(call)
    const database = request.kind === 'ping' ? null : request.database
    const answered = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(call, { database, resolve, reject })
    })
    this.#worker.postMessage(request)
    if (!this.#isWatched) void this.#watch().catch(() => {})
    return answered
  }

  /** It is asleep and does not live here any more. */
  forget(database: number): void {
    if (this.isAlive) this.#worker.postMessage({ kind: 'forget', database } satisfies WorkerForget)
  }

  /** Nobody waits for this database any more; the thread may still be at work on it. */
  giveUp(database: number, error: Error): void {
    for (const [call, pending] of this.#pending) {
      if (pending.database !== database) continue
      this.#pending.delete(call)
      pending.reject(error)
    }
  }

  /** Lets the thread end by itself, after its databases are closed; ends it if it does not. */
  async end(): Promise<void> {
    if (this.#failure !== null) return
    const { clock, logger } = this.#env
    const { promise: exited, resolve } = Promise.withResolvers<void>()
    this.#worker.once('exit', () => resolve())
    this.#worker.postMessage({ kind: 'end' } satisfies WorkerEnd)
    if (await settledWithin(clock, END_MS_MAX, exited)) return
    void this.#worker.terminate().catch(() => {})
    if (await settledWithin(clock, END_MS_MAX, exited)) return
    logger.log('error', 'a SQLite thread hangs in a system call and cannot be ended', {})
    this.#worker.unref()
    this.#fail(new Error('the thread hangs'))
  }

  /** As long as calls wait: asks the thread for a sign of life now and then. Long work gives one between its blocks. */
  async #watch(): Promise<void> {
    const { clock, logger } = this.#env
    const { signal } = this.#ended
    this.#isWatched = true
    try {
      for (;;) {
        await clock.sleep(SILENCE_MS_FIRST, { signal })
        if (this.#pending.size === 0) return
        const askedMs = clock.elapsedMs()
        const answered = this.request((call) => ({ kind: 'ping', call })).catch(() => {})
        let waitMs = SILENCE_MS_FIRST
        while (!(await settledWithin(clock, waitMs, answered))) {
          const seconds = Math.round((clock.elapsedMs() - askedMs) / 1000)
          const message = `waiting for a SQLite thread for ${seconds} s: a system call does not return, or takes long`
          logger.log('warn', message, { databases: this.databases })
          waitMs = Math.min(2 * waitMs, SILENCE_MS_MAX)
        }
      }
    } finally {
      this.#isWatched = false
    }
  }

  #settle(reply: WorkerReply, logger: Logger): void {
    if (reply.kind === 'log') return logger.log(reply.level, reply.message, reply.fields)
    if (reply.kind === 'failed') return this.#fail(fromPlainError(reply.error))
    const pending = this.#pending.get(reply.call)
    this.#pending.delete(reply.call)
    if (reply.kind === 'result') pending?.resolve(reply.value)
    else pending?.reject(fromPlainError(reply.error))
  }

  #fail(cause: Error): void {
    const ended = 'the SQLite thread ended; its databases are opened again'
    const failure = isReplicatorError(cause)
      ? cause
      : new ReplicatorError('REPLICATOR_UNEXPECTED', ended, { cause })
    this.#failure ??= failure
    this.#ended.abort(failure)
    for (const pending of this.#pending.values()) pending.reject(this.#failure)
    this.#pending.clear()
  }
}
