import {
  ClientError,
  compareStored,
  describeFile,
  isClientError,
  levelDirectory,
  peekHeader,
  type ByteSource,
  type FileInfo,
  type FileKey,
  type ReplicaClient,
  type WriteOptions,
} from '@ltx/client-core'
import { temporaryName } from '@ltx/env'
import { formatFileName } from '@ltx/format'
import type { Collections } from './collections.ts'
import type { Connection } from './connect.ts'
import { WebdavResponseError } from './errors.ts'
import { sweepLevel } from './leftovers.ts'
import type { Publisher } from './publish.ts'
import { upload, type UploadTraits } from './upload.ts'

/** What a write needs of its client. */
export interface WriteContext {
  readonly connection: Connection
  readonly client: Pick<ReplicaClient, 'readFile'>
  readonly collections: Collections
  readonly publisher: Publisher
  readonly traits: UploadTraits
  /** Levels in which this client has looked for leftovers. */
  readonly swept: Set<number>
}

/** Stores a file under a temporary name beside its own, looks whether it is whole, and gives it its name if that is free. */
export async function writeReplicaFile(
  context: WriteContext,
  file: FileKey,
  source: ByteSource,
  options: WriteOptions,
): Promise<FileInfo> {
  const { connection } = context
  const { signal } = options
  const what = `write ${describeFile(file)}`
  const collection = connection.at(levelDirectory('decimal', file.level))
  const name = formatFileName(file.minTXID, file.maxTXID)
  const temporary = `${collection}/${temporaryName(connection.settings.env, name)}`
  await using peeked = await peekHeader(file, source, signal)
  const origin = await context.collections.ensure(collection, what, { signal })
  const { traits, publisher } = context
  const job = { connection, traits, what, path: temporary, peeked, source, signal }
  const publication = { what, temporary, name: `${collection}/${name}`, signal }
  let size: number
  let outcome: 'stored' | 'taken' | null = null
  try {
    size = await upload(job)
    outcome = await publisher.publish(publication)
  } catch (error) {
    throw withoutCollection(context, error, what)
  } finally {
    if (outcome !== 'stored') await publisher.discard(publication)
  }
  if (outcome === 'taken') await expectEqual(context, file, source, signal)
  if (origin === 'made') context.swept.add(file.level)
  if (!context.swept.has(file.level)) {
    context.swept.add(file.level)
    await sweepLevel(connection, file.level, { signal })
  }
  const { level, minTXID, maxTXID } = file
  return { level, minTXID, maxTXID, size, createdAtMs: peeked.header.timestampMs }
}

/** The level that was there has been taken away: the same call makes it again. */
function withoutCollection(context: WriteContext, error: unknown, what: string): unknown {
  if (!isClientError(error) || !(error.cause instanceof WebdavResponseError)) return error
  const { status } = error.cause
  if (status !== 404 && status !== 409) return error
  context.collections.forget()
  return new ClientError('CLIENT_BUSY', `cannot ${what}: its collection was taken away meanwhile`, {
    cause: error.cause,
  })
}

/** A name that is taken is success when it is this very file: perhaps our own, and the reply was lost. */
async function expectEqual(
  { client }: WriteContext,
  file: FileKey,
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<void> {
  const stored = await compareStored(client, file, source, { signal })
  if (stored === 'same') return
  if (stored === 'different') {
    throw new ClientError(
      'CLIENT_EXISTS',
      `${describeFile(file)} is there already, with other bytes: does another process replicate to this path?`,
    )
  }
  throw new ClientError('CLIENT_UNEXPECTED', `${describeFile(file)} was there, and then it was not`, {
    advice: 'retry',
  })
}
