import {
  ClientError,
  compareStored,
  describeFile,
  formatReplicaPath,
  formatTimestamp,
  isClientError,
  peekHeader,
  retryDelayMs,
  type ByteSource,
  type FileInfo,
  type FileKey,
  type ReplicaClient,
  type WriteOptions,
} from '@ltx/client-core'
import type { Connection } from './connect.ts'
import { BLOCKS_MAX, cutParts, type Part } from './cut-parts.ts'
import { isTaken } from './errors.ts'
import { EARLIEST_KEY, TIMESTAMP_KEY } from './list.ts'
import { newMd5 } from './read.ts'

/** A block that fails is sent again so often; so is the request that makes a blob of them. */
export const BLOCK_RETRIES_MAX = 4

const RETRY_DELAY_MS_MAX = 5000

/** What a write needs of its client. */
export interface WriteContext {
  readonly connection: Connection
  readonly client: Pick<ReplicaClient, 'readFile'>
  /** Throws when the client was closed meanwhile. */
  checkOpen(): void
}

interface Upload extends WriteContext {
  readonly what: string
  readonly name: string
  readonly metadata: Readonly<Record<string, string>>
  readonly signal: AbortSignal | undefined
}

/**
 * Stores a file, only if its name is free: one that fits into a part in one request, a larger one in blocks, of which nothing is to
 * be seen before the source has ended well and they are committed. Azure checks the MD5 of what it gets before it keeps it.
 *
 * Blocks that an upload has left, and that nobody sees, may be in the way of a file in one request (azurite says that it exists); they
 * are not in the way of a file in blocks, even if it is a single one.
 */
export async function writeReplicaFile(
  context: WriteContext,
  file: FileKey,
  source: ByteSource,
  options: WriteOptions,
): Promise<FileInfo> {
  const { signal, earliestAtMs } = options
  const { level, minTXID, maxTXID } = file
  for (const way of ['one request', 'blocks'] as const) {
    await using peeked = await peekHeader(file, source, signal)
    const createdAtMs = peeked.header.timestampMs
    const upload: Upload = {
      ...context,
      what: `write ${describeFile(file)}`,
      name: `${context.connection.settings.prefix}${formatReplicaPath('decimal', file)}`,
      metadata: {
        [TIMESTAMP_KEY]: formatTimestamp(createdAtMs),
        ...(earliestAtMs === undefined ? {} : { [EARLIEST_KEY]: formatTimestamp(earliestAtMs) }),
      },
      signal,
    }
    const size = (await send(upload, peeked.body, way)) ?? (await sizeOfEqual(context, file, source, signal))
    if (size === null) continue
    return {
      level,
      minTXID,
      maxTXID,
      size,
      createdAtMs,
      ...(earliestAtMs === undefined ? {} : { earliestAtMs }),
    }
  }
  throw new ClientError('CLIENT_UNEXPECTED', `${describeFile(file)} was there, and then it was not`, {
    advice: 'retry',
  })
}

/** Bytes stored; `null` when the name was taken. */
async function send(
  upload: Upload,
  body: AsyncIterable<Uint8Array>,
  way: 'one request' | 'blocks',
): Promise<number | null> {
  const parts = cutParts(body, upload.connection.settings.partBytes)
  try {
    const first = await parts.next()
    if (first.done === true) throw new Error('a stream is cut into one part at least')
    upload.checkOpen()
    return first.value.last && way === 'one request'
      ? await sendWhole(upload, first.value.bytes)
      : await sendBlocks(upload, first.value, parts)
  } finally {
    await parts.return()
  }
}

async function sendWhole(upload: Upload, bytes: Uint8Array): Promise<number | null> {
  const { connection, name, metadata, what, signal } = upload
  const blob = { metadata, md5: newMd5()?.update(bytes).digest() }
  const stored = await unlessTaken(connection.put(what, name, bytes, blob, { signal }))
  return stored ? bytes.length : null
}

async function sendBlocks(
  upload: Upload,
  first: Part,
  rest: AsyncIterator<Part, void>,
): Promise<number | null> {
  const { connection, name, metadata, what, signal } = upload
  if (await connection.exists(what, name, { signal })) return null // before gigabytes are sent for nothing
  const hash = newMd5()
  const prefix = connection.settings.env.random.hex(16)
  const ids: string[] = []
  let size = 0
  for (let part = first; ;) {
    upload.checkOpen()
    if (ids.length === BLOCKS_MAX)
      throw new ClientError('CLIENT_FULL', `cannot ${what}: more than ${BLOCKS_MAX} blocks`)
    const { bytes } = part
    const id = blockId(prefix, ids.length)
    const md5 = newMd5()?.update(bytes).digest()
    await insistently(upload, () => connection.stage(what, name, { id, bytes, md5 }, { signal }))
    hash?.update(bytes)
    ids.push(id)
    size += bytes.length
    if (part.last) break
    const next = await rest.next()
    if (next.done === true) throw new Error('a file ends with a part that says so')
    part = next.value
  }
  upload.checkOpen()
  const blob = { metadata, md5: hash?.digest() }
  const stored = await unlessTaken(
    insistently(upload, () => connection.commit(what, name, ids, blob, { signal })),
  )
  return stored ? size : null
}

/**
 * Blocks belong to a name, not to an upload: with ids of its own, an upload never commits what another writer of the same name has
 * sent. Ids of one name have one length.
 */
function blockId(prefix: string, index: number): string {
  return Buffer.from(`${prefix}${String(index).padStart(6, '0')}`).toString('base64')
}

/** Tries again what can be repeated without harm. */
async function insistently(upload: Upload, work: () => Promise<void>): Promise<void> {
  const { env } = upload.connection.settings
  for (let attempt = 0; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!isClientError(error) || error.advice !== 'retry' || attempt === BLOCK_RETRIES_MAX) throw error
      await env.clock.sleep(retryDelayMs(attempt, env.random, RETRY_DELAY_MS_MAX), { signal: upload.signal })
    }
  }
}

/** `false` when the name was taken, perhaps by ourselves, and the reply was lost. */
async function unlessTaken(work: Promise<void>): Promise<boolean> {
  try {
    await work
    return true
  } catch (error) {
    if (isClientError(error) && isTaken(error.cause)) return false
    throw error
  }
}

/** Bytes of a file that is there already, when it is this one; `null` when it is not there after all. */
async function sizeOfEqual(
  { client }: WriteContext,
  file: FileKey,
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  let size = 0
  const counted: ByteSource = async function* () {
    for await (const chunk of source()) {
      size += chunk.length
      yield chunk
    }
  }
  const stored = await compareStored(client, file, counted, { signal })
  if (stored === 'same') return size
  if (stored === 'missing') return null
  throw new ClientError(
    'CLIENT_EXISTS',
    `${describeFile(file)} is there already, with other bytes: does another process replicate to this path?`,
  )
}
