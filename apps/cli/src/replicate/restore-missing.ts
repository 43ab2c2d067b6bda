import type { ReplicaClient } from '@ltx/client-core'
import type { Env, Logger } from '@ltx/env'
import { formatTxid } from '@ltx/format'
import type { Config } from '../config/config.ts'
import { refuseSharedReplicas } from '../directory/refuse-shared-replicas.ts'
import { fileBytes } from '../local/local-state.ts'
import { CommandError } from '../program/errors.ts'
import type { CommandIo } from '../program/io.ts'
import { openReplica } from '../replica/clients.ts'
import { resolveReplica } from '../replica/resolve-replica.ts'
import { isReplicaEmpty } from '../restore/explain-error.ts'
import { humanSize } from '../text/human-size.ts'

export interface RestoreMissing {
  readonly config: Config
  /** Every database, also those whose entry does not ask for it. */
  readonly all: boolean
  readonly env: Env
  readonly logger: Logger
  readonly io: CommandIo
}

/**
 * Brings back databases whose file is not there, before anything is replicated. No backup is no error: the application will make the
 * database.
 *
 * @throws {CommandError} a restore failed
 * @throws {ConfigError} another database of the configuration has the replica
 */
export async function restoreMissing(
  { config, all, env, logger, io }: RestoreMissing,
  signal: AbortSignal,
): Promise<void> {
  const named = config.databases.filter(({ path }) => path !== '') // what would be in a directory cannot be known
  for (const database of named) {
    const { path, section } = database
    if (!all && !section.isOn('restore-if-db-not-exists')) continue
    if ((await fileBytes(path)) !== null) {
      logger.log('info', 'database already exists, skipping restore', { path })
      continue
    }
    await refuseSharedReplicas(config, named, io) // before it gets what is another's
    await using client = await openReplica(resolveReplica(config, database, io), env)
    try {
      await restoreNewest({ client, env, outputPath: path, signal }, logger)
    } catch (error) {
      signal.throwIfAborted()
      if (!(await isReplicaEmpty(error, client, signal))) {
        throw new CommandError(`cannot restore ${path}`, { cause: error })
      }
      logger.log('info', 'no backup found, skipping restore', { path })
    }
  }
}

/** Out of whichever of Litestream's formats has the newer data. */
async function restoreNewest(
  options: {
    readonly client: ReplicaClient
    readonly env: Env
    readonly outputPath: string
    readonly signal: AbortSignal
  },
  logger: Logger,
): Promise<void> {
  const { client, env, outputPath: path, signal } = options
  const { chooseFormat, restoreLegacy } = await import('@ltx/restore/legacy')
  if ((await chooseFormat(client, env, { kind: 'latest' }, signal)) === '0.3') {
    const { generation, bytes } = await restoreLegacy(options)
    logger.log('info', 'database restored from a replica of Litestream 0.3', {
      path,
      generation,
      size: humanSize(bytes),
    })
    return
  }
  const { restore } = await import('@ltx/restore')
  const { txid, bytes } = await restore(options)
  logger.log('info', 'database restored', { path, txid: formatTxid(txid), size: humanSize(bytes) })
}
