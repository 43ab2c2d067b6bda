import type { Env, Logger } from '@ltx/env'
import { formatTxid } from '@ltx/format'
import type { Config } from '../config/config.ts'
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
 */
export async function restoreMissing(
  { config, all, env, logger, io }: RestoreMissing,
  signal: AbortSignal,
): Promise<void> {
  for (const database of config.databases) {
    const { path, section } = database
    if (!all && !section.isOn('restore-if-db-not-exists')) continue
    if ((await fileBytes(path)) !== null) {
      logger.log('info', 'database already exists, skipping restore', { path })
      continue
    }
    await using client = await openReplica(resolveReplica(config, database, io), env)
    try {
      const { restore } = await import('@ltx/restore')
      const { txid, bytes } = await restore({ client, env, outputPath: path, signal })
      logger.log('info', 'database restored', { path, txid: formatTxid(txid), size: humanSize(bytes) })
    } catch (error) {
      signal.throwIfAborted()
      if (!(await isReplicaEmpty(error, client, signal))) {
        throw new CommandError(`cannot restore ${path}`, { cause: error })
      }
      logger.log('info', 'no backup found, skipping restore', { path })
    }
  }
}
