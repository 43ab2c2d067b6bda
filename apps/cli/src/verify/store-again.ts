import { basename } from 'node:path'
import type { Env, Logger } from '@ltx/env'
import type { ManagedDatabases } from '../control/managed-databases.ts'
import { lackingIn, type SeenReplica } from './lacking-in.ts'

export interface StoreAgainParts {
  readonly databases: Pick<ManagedDatabases, 'running'>
  readonly env: Pick<Env, 'clock'>
  readonly logger: Logger
}

/**
 * Has a daemon store again what a restore of a database that it follows lacks in the replica, and says so in the log.
 *
 * @returns whether anything was lacking
 * @throws {ClientError} the replica cannot be listed
 */
export async function storeAgain(
  path: string,
  seen: SeenReplica,
  { databases, env, logger }: StoreAgainParts,
  signal: AbortSignal,
): Promise<boolean> {
  const lacking = await lackingIn(seen, env.clock, signal)
  if (lacking === null) return false
  logger.log('error', 'files are gone from the replica; what a restore needs is stored again', {
    db: basename(path),
    found: lacking,
  })
  databases.running(path)?.lookAtReplica(lacking)
  return true
}
