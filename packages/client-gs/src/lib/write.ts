import {
  ClientError,
  compareStored,
  describeFile,
  formatReplicaPath,
  formatTimestamp,
  peekHeader,
  type ByteSource,
  type FileInfo,
  type FileKey,
  type ReplicaClient,
  type WriteOptions,
} from '@ltx/client-core'
import { query, type Connection } from './connect.ts'
import { cutParts, type Part } from './cut-parts.ts'
import { EARLIEST_KEY, TIMESTAMP_KEY } from './list.ts'
import { newMd5 } from './read.ts'
import {
  beginUpload,
  cancelUpload,
  sendPart,
  type StoredObject,
  type UploadSession,
} from './upload-session.ts'

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
 * Stores a file, only if its name is free: one that fits into a part in one request, a larger one in an upload session, which is
 * completed by nothing but the part that was marked as the last. The service checks the MD5 before it stores.
 */
export async function writeReplicaFile(
  context: WriteContext,
  file: FileKey,
  source: ByteSource,
  options: WriteOptions,
): Promise<FileInfo> {
  const { connection } = context
  const { signal, earliestAtMs } = options
  await using peeked = await peekHeader(file, source, signal)
  const createdAtMs = peeked.header.timestampMs
  const upload: Upload = {
    ...context,
    what: `write ${describeFile(file)}`,
    name: `${connection.settings.prefix}${formatReplicaPath('decimal', file)}`,
    metadata: {
      [TIMESTAMP_KEY]: formatTimestamp(createdAtMs),
      ...(earliestAtMs === undefined ? {} : { [EARLIEST_KEY]: formatTimestamp(earliestAtMs) }),
    },
    signal,
  }
  const size = (await send(upload, peeked.body)) ?? (await sizeOfEqual(context, file, source, signal))
  const { level, minTXID, maxTXID } = file
  return {
    level,
    minTXID,
    maxTXID,
    size,
    createdAtMs,
    ...(earliestAtMs === undefined ? {} : { earliestAtMs }),
  }
}

/** Bytes stored; `null` when the name was taken. */
async function send(upload: Upload, body: AsyncIterable<Uint8Array>): Promise<number | null> {
  const parts = cutParts(body, upload.connection.settings.partBytes)
  try {
    const first = await parts.next()
    if (first.done === true) throw new Error('a stream is cut into one part at least')
    upload.checkOpen()
    return first.value.last
      ? await sendWhole(upload, first.value.bytes)
      : await sendParts(upload, first.value, parts)
  } finally {
    await parts.return()
  }
}

async function sendWhole(upload: Upload, bytes: Uint8Array): Promise<number | null> {
  const { connection, name, metadata, what, signal } = upload
  const md5Hash = newMd5()?.update(bytes).digest('base64')
  const boundary = connection.settings.env.random.hex(20)
  const resource = JSON.stringify({ name, metadata, md5Hash })
  const head =
    `--${boundary}\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n${resource}\r\n` +
    `--${boundary}\r\ncontent-type: application/octet-stream\r\n\r\n`
  const answer = await connection.exchange({
    kind: 'PUT',
    what,
    method: 'POST',
    target: `/upload${connection.objects}?${query({ uploadType: 'multipart', ifGenerationMatch: '0' })}`,
    headers: { 'content-type': `multipart/related; boundary=${boundary}` },
    body: [Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)],
    accept: [412],
    signal,
  })
  if (answer.status === 412) return null
  return await checkStored(upload, JSON.parse(answer.text) as StoredObject, bytes.length, md5Hash)
}

async function sendParts(
  upload: Upload,
  first: Part,
  rest: AsyncIterator<Part, void>,
): Promise<number | null> {
  const { connection, name, metadata, what, signal } = upload
  const session = await beginUpload(connection, what, signal, { name, metadata })
  if (session === null) return null
  try {
    return await sendEach(upload, session, first, rest)
  } catch (error) {
    const cancelled = cancelUpload(session)
    if (signal?.aborted !== true) await cancelled // after an abort nobody waits
    throw error
  }
}

async function sendEach(
  upload: Upload,
  session: UploadSession,
  first: Part,
  rest: AsyncIterator<Part, void>,
): Promise<number | null> {
  const hash = newMd5()
  let start = 0
  for (let part = first; ;) {
    upload.checkOpen()
    hash?.update(part.bytes)
    const end = start + part.bytes.length
    const md5Hash = part.last ? hash?.digest('base64') : undefined
    const headers = md5Hash === undefined ? {} : { 'x-goog-hash': `md5=${md5Hash}` }
    const finished = await sendPart(
      session,
      { bytes: part.bytes, start, total: part.last ? end : null },
      headers,
    )
    if (finished?.kind === 'taken') return null
    if (finished?.kind === 'stored')
      return await checkStored(upload, finished.object, part.last ? end : null, md5Hash)
    start = end
    const next = await rest.next()
    if (next.done === true) throw new Error('a file ends with a part that says so')
    part = next.value
  }
}

/**
 * Compares what the service says it has with what was sent, and takes it away again if it is something else.
 *
 * @param size `null`: the upload was not complete, so there should be nothing
 */
async function checkStored(
  upload: Upload,
  object: StoredObject,
  size: number | null,
  md5Hash: string | undefined,
): Promise<number> {
  const sameHash = md5Hash === undefined || object.md5Hash === undefined || object.md5Hash === md5Hash
  if (size !== null && Number(object.size) === size && sameHash) return size
  const { connection, name, what } = upload
  await connection.tidyUp({
    kind: 'DELETE',
    what,
    method: 'DELETE',
    target: `${connection.objects}/${encodeURIComponent(name)}?${query({ ifGenerationMatch: object.generation })}`,
  })
  throw new ClientError(
    'CLIENT_UNREACHABLE',
    `cannot ${what}: the service stored ${object.size} bytes that are not those that were sent; they were deleted again`,
  )
}

/** Bytes of a file that is there already, when it is this one: perhaps our own, and the reply was lost. */
async function sizeOfEqual(
  { client }: WriteContext,
  file: FileKey,
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<number> {
  let size = 0
  const counted: ByteSource = async function* () {
    for await (const chunk of source()) {
      size += chunk.length
      yield chunk
    }
  }
  const stored = await compareStored(client, file, counted, { signal })
  if (stored === 'same') return size
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
