import { stat } from 'node:fs/promises'
import type { ReplicaClient } from '@ltx/client-core'
import type { Env, Logger } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import { expandPath, isReplicaUrl } from '../config/expand-path.ts'
import { metaPathOf } from '../local/local-state.ts'
import { consoleLogger } from '../log/console-logger.ts'
import { logSettings } from '../log/log-settings.ts'
import { CommandError } from '../program/errors.ts'
import type { CommandIo } from '../program/io.ts'
import { openReplica } from './clients.ts'
import type { ReplicaPlace } from './replica-place.ts'
import { replicaFromUrl, resolveReplica } from './resolve-replica.ts'

/** A replica that the command line named. Leaving the scope closes its client. */
export interface FoundReplica extends AsyncDisposable {
  readonly place: ReplicaPlace
  readonly client: ReplicaClient
  readonly env: Env
  readonly logger: Logger
  /** The database's own path, absolute; `null` when the replica was named by URL. */
  readonly databasePath: string | null
  /** Where the local state of that database lies; `null` with a URL. */
  readonly metaPath: string | null
}

/**
 * The replica that an argument means: a URL, or the path of a database in the configuration file.
 *
 * @param resultOnStdout True when the log must not mix with what the command prints.
 */
export async function findReplica(
  argument: string,
  flags: { readonly config: string; readonly 'no-expand-env': boolean },
  io: CommandIo,
  resultOnStdout: boolean,
): Promise<FoundReplica> {
  if (isReplicaUrl(argument)) {
    if (flags.config !== '') throw new CommandError('cannot specify a replica URL and the -config flag')
    const logger = consoleLogger(io, logSettings(null, io, resultOnStdout))
    const env = nodeEnv({ logger })
    return await found(replicaFromUrl(argument, io), { env, logger, io }, null, null)
  }
  await refuseFolder(argument, io)
  // Only now: reading YAML takes longer to load than to do, and a URL needs none of it.
  const { findDatabase } = await import('../config/load-config.ts')
  const { openConfig } = await import('../config/open-config.ts')
  const { config, logger } = await openConfig(flags, io, resultOnStdout)
  const database = findDatabase(config, argument, io)
  const env = nodeEnv({ logger })
  const { path } = database
  const metaPath = database.metaPath ?? metaPathOf(path)
  return await found(resolveReplica(config, database, io), { env, logger, io }, path, metaPath)
}

/** A path means a database; whoever types that of a folder means the replica in it. */
async function refuseFolder(argument: string, io: CommandIo): Promise<void> {
  const path = expandPath(argument, io)
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  )
  if (isFolder)
    throw new CommandError(`${path} is a folder, not a database: a replica in it is file://${path}`)
}

async function found(
  place: ReplicaPlace,
  { env, logger, io }: { readonly env: Env; readonly logger: Logger; readonly io: CommandIo },
  databasePath: string | null,
  metaPath: string | null,
): Promise<FoundReplica> {
  const client = await openReplica(place, env, { mayBlock: io.ownsProcess })
  return { place, client, env, logger, databasePath, metaPath, [Symbol.asyncDispose]: () => client.close() }
}
