import type { Env } from '@ltx/env'
import { DatabaseFollower } from '../database/database-follower.ts'
import { ReplicatorError } from '../errors.ts'
import type { KeptDescriptors } from '../follow/kept-descriptors.ts'
import type { SqliteDriver } from '../sqlite/sqlite-driver.ts'
import { toPlainError } from './plain-error.ts'
import type { WorkerReply, WorkerRequest } from './worker-messages.ts'

/** The databases of one worker thread: answers requests by calling their followers. */
export class FollowerHost {
  readonly #env: Env
  readonly #driver: SqliteDriver
  readonly #kept: KeptDescriptors | null
  readonly #followers = new Map<number, DatabaseFollower>()

  /** @param kept See {@link DatabaseFiles}. */
  constructor(env: Env, driver: SqliteDriver, kept: KeptDescriptors | null) {
    this.#env = env
    this.#kept = kept
    this.#driver = driver
  }

  async answer(request: WorkerRequest): Promise<WorkerReply> {
    try {
      return { kind: 'result', call: request.call, value: await this.#act(request) }
    } catch (error) {
      return { kind: 'error', call: request.call, error: toPlainError(error) }
    }
  }

  /** It is asleep: what it was is of no use to anybody any more. */
  forget(database: number): void {
    this.#followers.delete(database)
  }

  #act(request: WorkerRequest): unknown {
    if (request.kind === 'ping') return null
    if (request.kind === 'create') {
      this.#followers.set(
        request.database,
        new DatabaseFollower(this.#env, this.#driver, request.options, this.#kept),
      )
      return null
    }
    const follower = this.#followers.get(request.database)
    if (follower === undefined) throw new ReplicatorError('REPLICATOR_CLOSED', 'the database is closed')
    if (request.method === 'close') this.#followers.delete(request.database)
    const method = follower[request.method] as (...args: readonly unknown[]) => Promise<unknown>
    return method.call(follower, ...request.args)
  }
}
