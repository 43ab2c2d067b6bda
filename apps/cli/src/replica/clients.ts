import { dirname } from 'node:path'
import { isClientError, withRetry, type ReplicaClient, type RequestObserver } from '@ltx/client-core'
import type { DatabaseOwnership } from '@ltx/client-file'
import type { Env } from '@ltx/env'
import { ConfigError } from '../config/errors.ts'
import { observeFileClient } from './observe-file-client.ts'
import type { RemotePlace, ReplicaPlace } from './replica-place.ts'

export interface OpenReplicaOptions {
  /** What a file replica takes over from the database. */
  readonly database?: DatabaseOwnership | undefined
  readonly onRequest?: RequestObserver | undefined
  /** As of the file client. */
  readonly mayBlock?: boolean | undefined
}

/**
 * Makes the client of a replica; opens nothing. The package of its backend is loaded here, and not before. Calls to a remote one are
 * made again when the network fails.
 *
 * @throws {ConfigError} what the configuration file says of it cannot be
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`: what a URL on the command line says of it cannot be
 */
export async function openReplica(
  place: ReplicaPlace,
  env: Env,
  options: OpenReplicaOptions = {},
): Promise<ReplicaClient> {
  if (place.type === 'file') {
    const { fileClient } = await import('@ltx/client-file')
    const { database, mayBlock } = options
    const client = fileClient({ path: place.path, env, database, mayBlock })
    return observeFileClient(client, options.onRequest, env.clock)
  }
  try {
    return withRetry(await openRemote(place, { env, onRequest: options.onRequest }), env)
  } catch (error) {
    if (place.where === null || !isClientError(error, 'CLIENT_BAD_OPTIONS')) throw error
    throw new ConfigError(`${place.where}: ${error.message}`, {
      cause: error,
    })
  }
}

async function openRemote(
  { type, settings }: RemotePlace,
  parts: { readonly env: Env; readonly onRequest: RequestObserver | undefined },
): Promise<ReplicaClient> {
  switch (type) {
    case 's3': {
      const { s3Client, s3OptionsFrom } = await import('@ltx/client-s3')
      return s3Client({ ...s3OptionsFrom(settings), ...parts })
    }
    case 'gs': {
      const { gsClient, gsOptionsFrom } = await import('@ltx/client-gs')
      return gsClient({ ...gsOptionsFrom(settings), ...parts })
    }
    case 'abs': {
      const { absClient, absOptionsFrom } = await import('@ltx/client-abs')
      return absClient({ ...absOptionsFrom(settings), ...parts })
    }
    case 'sftp': {
      const { sftpClient, sftpOptionsFrom } = await import('@ltx/client-sftp')
      return sftpClient({ ...sftpOptionsFrom(settings), ...parts })
    }
    case 'webdav': {
      const { webdavClient, webdavOptionsFrom } = await import('@ltx/client-webdav')
      return webdavClient({ ...webdavOptionsFrom(settings), ...parts })
    }
    case 'nats': {
      const { natsClient, natsOptionsFrom } = await import('@ltx/client-nats')
      return natsClient({ ...natsOptionsFrom(settings), ...parts })
    }
    case 'oss': {
      const { ossClient, ossOptionsFrom } = await import('@ltx/client-oss')
      return ossClient({ ...ossOptionsFrom(settings), ...parts })
    }
  }
}

/** Mode and owner that the files of a replica take over from the database; nothing while it does not exist. */
export async function ownershipOf(databasePath: string, env: Env): Promise<DatabaseOwnership | undefined> {
  const file = await env.files.stat(databasePath)
  const directory = await env.files.stat(dirname(databasePath))
  if (file === null || directory === null) return undefined
  return { mode: file.mode, directoryMode: directory.mode, uid: file.uid, gid: file.gid }
}
