import {
  ClientError,
  compareStored,
  describeFile,
  isClientError,
  type ByteSource,
  type FileKey,
  type ReplicaClient,
} from '@ltx/client-core'
import { contentMd5, type Connection, type StorageClass } from './connect.ts'
import type { CreateOnly } from './create-only.ts'
import { failedAnswer } from './errors.ts'
import { headObject, type ObjectHead } from './head.ts'

/** One file on its way to the storage. */
export interface WriteJob {
  readonly connection: Connection
  readonly createOnly: CreateOnly
  readonly client: Pick<ReplicaClient, 'readFile'>
  readonly file: FileKey
  readonly key: string
  /** `write level 0 file …` */
  readonly what: string
  readonly source: ByteSource
  readonly metadata: Record<string, string>
  /** Fires when the caller aborts, and when the write has failed. */
  readonly signal: AbortSignal
  /** Ends what is under way; `reason` is then what everything rejects with. */
  stop(reason: unknown): void
}

/** Tries of a request that meets another one on the same name. */
export const CONFLICTS_MAX = 5

/** Fields of a new object, the same for both ways to write it. */
export interface NewObject {
  readonly Metadata: Record<string, string>
  readonly StorageClass?: StorageClass
  readonly ServerSideEncryption?: 'aws:kms'
  readonly SSEKMSKeyId?: string
}

export function newObject({ connection, metadata }: WriteJob): NewObject {
  const { storageClass, encryption } = connection.settings
  return {
    Metadata: metadata,
    ...(storageClass === null ? {} : { StorageClass: storageClass as StorageClass }),
    ...(encryption.kind === 'kms'
      ? { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: encryption.keyId }
      : {}),
  }
}

/** The checksum that protects a body besides its signature, where the SDK does not add one. */
export function bodyChecksum({ settings }: Connection, bytes: Uint8Array): { readonly ContentMD5?: string } {
  const wanted = settings.checksum === 'md5' || (!settings.signPayload && settings.contentMd5)
  return wanted ? { ContentMD5: contentMd5(bytes) } : {}
}

/**
 * Looks whether the name is taken. Refusals of a HEAD have no body that explains them (and who may write may not be allowed to look):
 * they count as not there, and the write itself says what is wrong.
 */
export async function look(job: WriteJob): Promise<ObjectHead | null> {
  try {
    return await headObject(job.connection, job.what, job.key, job.signal)
  } catch (error) {
    const { status } = failedAnswer(error)
    if (isClientError(error) && error.advice === 'give-up' && status >= 300 && status < 500) return null
    throw error
  }
}

/**
 * The name is taken: fine if what is stored is what `source` delivers, for it may be our own write whose answer was lost.
 *
 * @throws {ClientError} `CLIENT_EXISTS`; `CLIENT_BUSY` when it was deleted meanwhile
 */
export async function settle(job: WriteJob, source: ByteSource): Promise<void> {
  const { client, file, signal } = job
  const stored = await compareStored(client, file, source, { signal })
  if (stored === 'same') return
  if (stored === 'missing') {
    throw new ClientError('CLIENT_BUSY', `cannot ${job.what}: the name was taken, and is free again`)
  }
  throw takenBy(file)
}

export function takenBy(file: FileKey): ClientError {
  return new ClientError(
    'CLIENT_EXISTS',
    `${describeFile(file)} is there already, with other bytes: does another process replicate to this path?`,
  )
}
