import type { Worker } from 'node:worker_threads'
import type { Env } from '@ltx/env'
import type { DatabaseFollowerOptions, FollowerPort } from '../database/follower-port.ts'
import { ReplicatorError } from '../errors.ts'
import { FollowerThread, startSqliteWorker } from './follower-thread.ts'
import { PooledFollower, type Home, type Homes } from './pooled-follower.ts'
import { settledWithin } from './settled-within.ts'
import type { WorkerStart } from './worker-messages.ts'

/** A thread costs some 30 MB: the next one starts when each has this many databases. */
const CROWD_MIN = 4

/** A thread that has not closed a database by then hangs in a system call. */
const CLOSE_MS_MAX = 60_000

/** All databases of a thread are asleep: it is kept for so long. Starting one takes some 50 ms, and ten times that of a database's CPU. */
const UNUSED_MS_MAX = 5000

/** Few threads, started on demand; an open database stays in the one it was given to. */
export class WorkerPool implements AsyncDisposable {
  readonly #start: WorkerStart
  readonly #env: Pick<Env, 'clock' | 'logger'>
  readonly #threadsMax: number
  readonly #newWorker: (start: WorkerStart) => Worker
  readonly #homes: Homes
  readonly #over = new AbortController()
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
    this.#homes = {
      areLeftAsleep: !start.embedded,
      find: (options) => this.#find(options),
      leaveAsleep: (home) => this.#leaveAsleep(home),
      close: (home, path) => this.#close(home, path),
    }
  }

  /** A database in a thread, for as long as it is open. A thread in which none lives any more is ended. */
  follower(options: DatabaseFollowerOptions): FollowerPort {
    return new PooledFollower(this.#homes, options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort()
    await Promise.all(this.#threads.map((thread) => thread.end()))
    this.#threads = []
  }

  #find(options: DatabaseFollowerOptions): Home {
    const thread = this.#place()
    const database = ++this.#databases
    thread.databases++
    const created = thread.request((call) => ({ kind: 'create', call, database, options }))
    created.catch(() => {}) // the call that follows reports it
    return { thread, database }
  }

  async #close({ thread, database }: Home, path: string): Promise<void> {
    try {
      if (!thread.isAlive) return
      const closing = thread.request((call) => ({ kind: 'call', call, database, method: 'close', args: [] }))
      await this.#inTime(closing, thread, database, path)
    } finally {
      thread.databases--
      if (thread.databases === 0) await this.#end(thread)
    }
  }

  #leaveAsleep({ thread, database }: Home): void {
    thread.forget(database)
    thread.databases--
    if (thread.databases === 0) void this.#endUnused(thread).catch(() => {})
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

  /** Whoever wakes up in the next moments finds it still there. */
  async #endUnused(thread: FollowerThread): Promise<void> {
    await this.#env.clock.sleep(UNUSED_MS_MAX, { signal: this.#over.signal })
    if (thread.databases === 0) await this.#end(thread)
  }

  async #end(thread: FollowerThread): Promise<void> {
    this.#threads = this.#threads.filter((other) => other !== thread)
    await thread.end()
  }
}
