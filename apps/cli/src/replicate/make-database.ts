import type { DatabaseConfig } from '../config/config.ts'
import type { ManagedDatabase } from '../control/managed-databases.ts'
import { openReplica, ownershipOf } from '../replica/clients.ts'
import { replicaSettings, resolveReplica } from '../replica/resolve-replica.ts'
import { formatDuration } from '../text/duration.ts'
import { databaseSettings } from './engine-settings.ts'
import type { Engine, ReplicateJob } from './run-replicator.ts'

/**
 * What the engine needs for a database of the configuration. Opens nothing.
 *
 * @throws {ConfigError} what is said of its replica cannot be
 */
export async function makeDatabase(
  { config, env, logger, io }: ReplicateJob,
  { monitoring }: Pick<Engine, 'monitoring'>,
  database: DatabaseConfig,
): Promise<ManagedDatabase> {
  const { path } = database
  const place = resolveReplica(config, database, io)
  const client = await openReplica(place, env, {
    database: await ownershipOf(path, env),
    onRequest: monitoring.observer(place),
  })
  const sync = replicaSettings(config, database)('sync-interval')
  logger.log('info', 'replicating', {
    path,
    type: client.type,
    'sync-interval': formatDuration(sync.duration('sync-interval')),
    to: client.url,
  })
  return { path, client, settings: databaseSettings(config, database) }
}
