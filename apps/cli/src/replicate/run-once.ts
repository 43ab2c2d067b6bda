import type { Logger } from '@ltx/env'
import type { Database, Store } from '@ltx/replicator'
import { CommandError } from '../program/errors.ts'

export interface OnceOptions {
  readonly forceSnapshot: boolean
  readonly enforceRetention: boolean
}

/**
 * Syncs every database once, one after the other, and stops at the first failure.
 *
 * @throws {CommandError} naming the stage and the database
 */
export async function runOnce(store: Store, options: OnceOptions, logger: Logger): Promise<void> {
  for (const database of store.databases) {
    const { path } = database
    logger.log('info', 'syncing database', { path })
    using failure = firstFailure(store, database)
    const stage = (name: string, action: () => Promise<unknown>): Promise<void> =>
      runStage(name, path, action, failure)
    await stage('sync', () => database.sync())
    if (options.forceSnapshot) await stage('snapshot', () => takeSnapshot(database))
    if (options.enforceRetention) await stage('retention', () => enforceRetention(database, logger))
  }
  logger.log('info', 'one-shot replication complete')
}

/** The event of it goes into the log. */
async function takeSnapshot(database: Database): Promise<void> {
  const taken = await database.snapshot()
  if (taken === null) throw new CommandError('there is nothing to take a snapshot of yet')
}

async function enforceRetention(database: Database, logger: Logger): Promise<void> {
  const { deleted } = await database.enforceRetention()
  logger.log('info', 'retention enforced', { path: database.path, deleted_count: deleted.length })
}

interface Failure extends Disposable {
  /** Never resolves. Rejects with the first thing that goes wrong. */
  readonly happened: Promise<never>
}

/** The engine tries again and again; whoever runs it once wants to hear of the first failure, and of a database that is not there. */
function firstFailure(store: Store, database: Database): Failure {
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => {}) // it may come when no stage is under way
  const stopListening = store.on((event) => {
    if (event.path === database.path && (event.kind === 'error' || event.kind === 'conflict'))
      reject(event.error)
  })
  const { state, error } = database.status()
  if (error !== null) reject(error)
  if (state === 'absent')
    reject(new CommandError('there is no such database yet, or it is empty: waiting for data'))
  return {
    happened: promise,
    [Symbol.dispose]() {
      stopListening()
    },
  }
}

async function runStage(
  name: string,
  path: string,
  action: () => Promise<unknown>,
  failure: Failure,
): Promise<void> {
  try {
    await Promise.race([failure.happened, action()])
  } catch (cause) {
    throw new CommandError(`${name} ${path}`, { cause })
  }
}
