import type { Worker } from 'node:worker_threads'
import type { Env } from '@ltx/env'
import type { DatabaseFollowerOptions, FollowerPort } from '../database/follower-port.ts'
import { ReplicatorError } from '../errors.ts'
import { FollowerThread, startSqliteWorker } from './follower-thread.ts'
import { settledWithin } from './settled-within.ts'
import type { FollowerMethod, WorkerStart } from './worker-messages.ts'

/** A thread costs some 30 MB: the next one starts when each has this many databases. */
const CROWD_MIN = 4

/** A thread that has not closed a database by then hangs in a system call. */
const CLOSE_MS_MAX = 60_000

/** Few threads, started on demand; a database stays in the one it was given to. */
export class WorkerPool implements AsyncDisposable {
  readonly #start: WorkerStart
  readonly #env: Pick<Env, 'clock' | 'logger'>
  readonly #threadsMax: number
  readonly #newWorker: (start: WorkerStart) => Worker
  #threads: FollowerThread[] = []
  #databases = 0

  constructor(
    start: WorkerStart,
    env: Pick<Env, 'clock' | 'logger'>,
    threadsMax: number,
    newWorker: (start: WorkerStart) => Worker = startSqliteWorker,
  ) {
    this.#start = start
    this.#newWorker = newWorker
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
          if (thread.isAlive) await this.#inTime(call('close')(), thread, database, options.path)
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

  /** @throws {ReplicatorError} `REPLICATOR_UNEXPECTED` when the thread gives no answer */
  async #inTime(
    closing: Promise<unknown>,
    thread: FollowerThread,
    database: number,
    path: string,
  ): Promise<void> {
    if (await settledWithin(this.#env.clock, CLOSE_MS_MAX, closing)) return void (await closing)
    const message = `the SQLite thread has not closed ${path} within ${CLOSE_MS_MAX / 1000} s: it waits for the system, perhaps for a disk or a network file system that does not answer. Nothing that was committed is lost; it is captured at the next start`
    const error = new ReplicatorError('REPLICATOR_UNEXPECTED', message)
    thread.giveUp(database, error)
    throw error
  }

  #place(): FollowerThread {
    this.#threads = this.#threads.filter((thread) => thread.isAlive)
    const least = this.#threads.toSorted((a, b) => a.databases - b.databases)[0]
    const isFull = this.#threads.length >= this.#threadsMax
    if (least !== undefined && (isFull || least.databases < CROWD_MIN)) return least
    const thread = new FollowerThread(this.#newWorker(this.#start), this.#env)
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
