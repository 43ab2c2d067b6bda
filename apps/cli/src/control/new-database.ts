import type { Env } from '@ltx/env'
import { isClientError } from '@ltx/client-core'
import type { Config } from '../config/config.ts'
import { adHocConfig } from '../config/ad-hoc-config.ts'
import { ConfigError } from '../config/errors.ts'
import { CommandError, describeError } from '../program/errors.ts'
import type { CommandIo } from '../program/io.ts'
import { openReplica, ownershipOf } from '../replica/clients.ts'
import { resolveReplica } from '../replica/resolve-replica.ts'
import { databaseSettings } from '../replicate/engine-settings.ts'
import type { Monitoring } from '../replicate/monitoring.ts'
import { ControlError } from './control-error.ts'
import type { ManagedDatabase } from './managed-databases.ts'

export interface NewDatabaseParts {
  /** Of the daemon: its top level holds defaults for every replica. */
  readonly config: Config
  readonly env: Env
  readonly io: CommandIo
  /** Counts the requests of a replica. */
  readonly monitoring: Pick<Monitoring, 'observer'>
}

/**
 * A database as if it stood in the configuration file with `replica: {url: …}`. Opens nothing.
 *
 * @param path Absolute.
 * @throws {ControlError} 400: the URL names no replica
 */
export async function newDatabase(
  path: string,
  replicaUrl: string,
  { config, env, io, monitoring }: NewDatabaseParts,
): Promise<ManagedDatabase> {
  try {
    const [database] = adHocConfig(path, replicaUrl, io).databases
    if (database === undefined) throw new Error('invariant broken: an ad-hoc configuration has one database')
    const place = resolveReplica(config, database, io)
    const placed = place.type === 'file' ? place : { ...place, where: null } // it stands in no file
    const client = await openReplica(placed, env, {
      database: await ownershipOf(path, env),
      onRequest: monitoring.observer(placed),
    })
    return { path, client, settings: databaseSettings(config, database) }
  } catch (cause) {
    if (!isAboutTheUrl(cause)) throw cause
    throw new ControlError(400, `invalid replica url: ${describeError(cause)}`, { cause })
  }
}

function isAboutTheUrl(error: unknown): boolean {
  return (
    error instanceof CommandError ||
    error instanceof ConfigError ||
    isClientError(error, 'CLIENT_BAD_OPTIONS')
  )
}
