import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Env, Logger } from '@ltx/env'
import type { DatabaseFollowerOptions, FollowerPort } from '../database/follower-port.ts'
import { isReplicatorError, ReplicatorError } from '../errors.ts'
import { fromPlainError } from './plain-error.ts'
import type { FollowerMethod, WorkerEnd, WorkerReply, WorkerRequest, WorkerStart } from './worker-messages.ts'

/** A thread costs some 30 MB: the next one starts when each has this many databases. */
const CROWD_MIN = 4

/** V8 takes three times 16 MB for young objects where it is let. */
const YOUNG_MB = 6

/** A thread that is still there so long after it was asked to end hangs in a system call. */
const END_MS_MAX = 2000

interface Pending {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** One thread with its databases. Calls are numbered; answers may come in any order. */
class FollowerThread {
  databases = 0
  readonly #worker: Worker
  readonly #env: Pick<Env, 'clock' | 'logger'>
  readonly #pending = new Map<number, Pending>()
  #calls = 0
  #failure: Error | null = null

  constructor(start: WorkerStart, env: Pick<Env, 'clock' | 'logger'>) {
    this.#env = env
    const entry = createRequire(import.meta.url).resolve('@ltx/replicator/sqlite-worker')
    this.#worker = new Worker(pathToFileURL(entry), {
      workerData: start,
      name: 'ltx-sqlite',
      execArgv: [], // the process's own flags are not all allowed in a thread (--max-semi-space-size, --input-type)
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB }, // pages live outside the heap: what is young here is small
      trackUnmanagedFds: !start.embedded, // true: what is still open is closed when the thread ends
    })
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
    const answered = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(call, { resolve, reject })
    })
    this.#worker.postMessage(make(call))
    return answered
  }

  /** Lets the thread end by itself, after its databases are closed; ends it if it does not. */
  async end(): Promise<void> {
    if (this.#failure !== null) return
    const { promise: exited, resolve } = Promise.withResolvers<void>()
    this.#worker.once('exit', () => resolve())
    this.#worker.postMessage({ kind: 'end' } satisfies WorkerEnd)
    const done = new AbortController()
    const timeout = this.#env.clock.sleep(END_MS_MAX, { signal: done.signal }).then(
      () => this.#worker.terminate(),
      () => {},
    )
    await exited
    done.abort()
    await timeout
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
    for (const pending of this.#pending.values()) pending.reject(this.#failure)
    this.#pending.clear()
  }
}

/** Few threads, started on demand; a database stays in the one it was given to. */
export class WorkerPool implements AsyncDisposable {
  readonly #start: WorkerStart
  readonly #env: Pick<Env, 'clock' | 'logger'>
  readonly #threadsMax: number
  #threads: FollowerThread[] = []
  #databases = 0

  constructor(start: WorkerStart, env: Pick<Env, 'clock' | 'logger'>, threadsMax: number) {
    this.#start = start
    this.#env = env
    this.#threadsMax = threadsMax
  }

  /** A database in a thread. After `close` its thread is ended if no other database lives there. */
  follower(options: DatabaseFollowerOptions): FollowerPort {
    const thread = this.#place()
    const database = ++this.#databases
    thread.databases++
    const created = thread.request((call) => ({ kind: 'create', call, database, options }))
    created.catch(() => {}) // the first call reports it
    const call =
      (method: FollowerMethod) =>
      async (...args: readonly unknown[]): Promise<never> => {
        await created
        return (await thread.request((number) => ({
          kind: 'call',
          call: number,
          database,
          method,
          args,
        }))) as never
      }
    let isClosed = false
    return {
      open: call('open'),
      start: call('start'),
      sync: call('sync'),
      isPinWanted: call('isPinWanted'),
      confirm: call('confirm'),
      snapshot: call('snapshot'),
      discardSnapshots: call('discardSnapshots'),
      compare: call('compare'),
      trim: call('trim'),
      sleep: call('sleep'),
      reset: call('reset'),
      close: async () => {
        if (isClosed) return
        isClosed = true
        try {
          if (thread.isAlive) await call('close')()
        } finally {
          await this.#leave(thread)
        }
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()))
    this.#threads = []
  }

  #place(): FollowerThread {
    this.#threads = this.#threads.filter((thread) => thread.isAlive)
    const least = this.#threads.toSorted((a, b) => a.databases - b.databases)[0]
    const isFull = this.#threads.length >= this.#threadsMax
    if (least !== undefined && (isFull || least.databases < CROWD_MIN)) return least
    const thread = new FollowerThread(this.#start, this.#env)
    this.#threads.push(thread)
    return thread
  }

  async #leave(thread: FollowerThread): Promise<void> {
    thread.databases--
    if (thread.databases > 0) return
    this.#threads = this.#threads.filter((other) => other !== thread)
    await thread.end()
  }
}
