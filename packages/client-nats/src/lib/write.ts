import { createHash } from 'node:crypto'
import {
  ClientError,
  describeFile,
  formatReplicaPath,
  isClientError,
  peekHeader,
  type ByteSource,
  type FileInfo,
  type FileKey,
  type WriteOptions,
} from '@ltx/client-core'
import type { Connection } from './connect.ts'
import { cutChunks } from './cut-chunks.ts'
import { apiCodeOf, isWrongSequence } from './errors.ts'
import { chunkSubject, encodeMeta, metaSubject, sameDigest, type ObjectMeta } from './object-meta.ts'
import { findObject, removeChunks } from './objects.ts'

/** What everybody's chunks are at most. */
const CHUNK_BYTES: number = 128 * 1024

/** Room for the headers of a message, which count as its bytes. */
const HEADERS_BYTES = 512

/** Chunks sent without an answer yet. */
const CHUNKS_AHEAD = 8

/** How often the message that makes an object visible is sent: each time its name was taken by something that is no object. */
const ROUNDS_MAX = 4

/** On every chunk: which object it is of. Tells what a crashed writer of ours has left. */
export const OBJECT_HEADER = 'Ltx-Object'

interface Upload {
  readonly connection: Connection
  readonly what: string
  readonly name: string
  readonly nuid: string
  readonly chunkBytes: number
  readonly times: { readonly timestampMs: number; readonly earliestAtMs: number | undefined }
  readonly signal: AbortSignal | undefined
  /** Chunks that were sent and not answered, oldest first. */
  readonly ahead: Promise<void>[]
  /** Whether the object may be there, or come yet. */
  mayBeVisible: boolean
}

interface Content {
  readonly size: number
  readonly chunks: number
  /** SHA-256 in base64url, padded as everybody's. */
  readonly digest: string
}

/**
 * Stores a file, only if its name is free: its chunks under an id of their own, then the one message that makes them an object. That
 * says which message has to be the last of its subject, so of two writers one is refused.
 */
export async function writeReplicaFile(
  connection: Connection,
  file: FileKey,
  source: ByteSource,
  { signal, earliestAtMs }: WriteOptions,
): Promise<FileInfo> {
  await using peeked = await peekHeader(file, source, signal)
  const { timestampMs } = peeked.header
  const what = `write ${describeFile(file)}`
  const { env, prefix } = connection.settings
  const upload: Upload = {
    connection,
    what,
    name: `${prefix}${formatReplicaPath('decimal', file)}`,
    nuid: env.random.hex(11),
    chunkBytes: await chunkBytesOf(connection, what, signal),
    times: { timestampMs, earliestAtMs },
    signal,
    ahead: [],
    mayBeVisible: false,
  }
  const { size } = await store(upload, file, peeked.body)
  const { level, minTXID, maxTXID } = file
  const earliest = earliestAtMs === undefined ? {} : { earliestAtMs }
  return { level, minTXID, maxTXID, size, createdAtMs: timestampMs, ...earliest }
}

/** Below what the server and the stream take as one message. */
async function chunkBytesOf(
  connection: Connection,
  what: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { nats, stream } = await connection.open(what, signal)
  const { max_msg_size: streamMax } = stream.config
  const limits = [nats.info?.max_payload ?? 0, streamMax ?? 0].filter((bytes) => bytes > 0)
  return Math.max(1, Math.min(CHUNK_BYTES, ...limits.map((bytes) => bytes - HEADERS_BYTES)))
}

async function store(upload: Upload, file: FileKey, body: AsyncIterable<Uint8Array>): Promise<Content> {
  let isStored = false
  try {
    const { content, taken } = await sendChunks(upload, body)
    upload.connection.checkOpen(upload.signal)
    const other = taken ?? (await publishMeta(upload, content))
    isStored = other === null
    if (isStored || isSame(content, other)) return content
    throw new ClientError(
      'CLIENT_EXISTS',
      `${describeFile(file)} is there already, with other bytes: does another process replicate to this path?`,
    )
  } finally {
    if (!isStored) takeBack(upload)
  }
}

/** The chunks of an object that is not there. If it may be, they stay: the next sweep takes them when it is not. */
function takeBack({ connection, what, nuid, ahead, mayBeVisible }: Upload): void {
  if (mayBeVisible) return
  connection.tidy(async () => {
    await Promise.allSettled(ahead) // what is on its way would come after the purge
    await removeChunks(connection, what, nuid, {})
  })
}

function isSame(content: Content, object: ObjectMeta | null): boolean {
  const digest = object?.digest ?? null
  return digest !== null && object?.size === content.size && sameDigest(digest, content.digest)
}

/** Sends all of it; only looks at it when the name is taken, which is found out early where that saves something. */
async function sendChunks(
  upload: Upload,
  body: AsyncIterable<Uint8Array>,
): Promise<{ readonly content: Content; readonly taken: ObjectMeta | null }> {
  const { connection, what, name, chunkBytes, signal, ahead } = upload
  const hash = createHash('sha256')
  let [size, chunks] = [0, 0]
  let taken: ObjectMeta | null = null
  for await (const chunk of cutChunks(body, chunkBytes)) {
    hash.update(chunk)
    size += chunk.length
    chunks++
    if (chunks === 2) taken = visible(await findObject(connection, what, name, { signal }))
    if (taken !== null) continue
    if (ahead.length === CHUNKS_AHEAD) await answered(upload)
    const sent = publishChunk(upload, chunk)
    sent.catch(() => undefined) // it is waited for later
    ahead.push(sent)
  }
  while (ahead.length > 0) await answered(upload)
  const digest = hash.digest('base64').replaceAll('+', '-').replaceAll('/', '_')
  return { content: { size, chunks, digest }, taken }
}

/** Waits for the oldest; how long the others have waited for it does not count. */
async function answered({ connection, ahead, what, signal }: Upload): Promise<void> {
  const [oldest] = ahead
  if (oldest === undefined) return
  await connection.waitForProgress(oldest, what, signal)
  void ahead.shift()
}

async function publishChunk(
  { connection, name, nuid, what, signal }: Upload,
  chunk: Uint8Array,
): Promise<void> {
  const { bucket, timeoutMs } = connection.settings
  await connection.request('PUT', what, { signal, bytesUp: chunk.length }, ({ sdk, jetstream }) => {
    const headers = sdk.headers()
    headers.set(OBJECT_HEADER, encodeURIComponent(name))
    const timeout = timeoutMs * CHUNKS_AHEAD
    return jetstream.publish(chunkSubject(bucket, nuid), chunk, { headers, timeout })
  })
}

/** Makes the object visible. `null`, or the object that has the name already. */
async function publishMeta(upload: Upload, content: Content): Promise<ObjectMeta | null> {
  const { connection, name, what, signal, nuid } = upload
  let lastSequence = 0
  for (let round = 1; ; round++) {
    try {
      upload.mayBeVisible = true
      await publishOnce(upload, content, lastSequence)
      return null
    } catch (error) {
      const cause = isClientError(error) ? error.cause : null
      upload.mayBeVisible = apiCodeOf(cause) === null
      if (!isWrongSequence(cause)) {
        if (await isVisible(upload)) return null // its reply was lost
        throw error
      }
      const last = await findObject(connection, what, name, { signal })
      if (last?.nuid === nuid && !last.deleted) return null
      if (last !== null && !last.deleted) return last
      if (round === ROUNDS_MAX) throw error
      lastSequence = last?.sequence ?? 0
    }
  }
}

async function publishOnce(upload: Upload, content: Content, lastSequence: number): Promise<void> {
  const { connection, name, nuid, chunkBytes, times, what, signal } = upload
  const { bucket, env } = connection.settings
  const nowMs = env.clock.wallMs()
  const meta = encodeMeta({ bucket, name, nuid, chunkBytes, ...content, ...times, nowMs })
  await connection.request('PUT', what, { signal, bytesUp: meta.length }, ({ sdk, jetstream }) => {
    const headers = sdk.headers()
    headers.set('Nats-Rollup', 'sub')
    return jetstream.publish(metaSubject(bucket, name), meta, {
      headers,
      expect: { lastSubjectSequence: lastSequence },
    })
  })
}

/** Whether it is there although nobody said so. Not asked after an abort, and not for long. */
async function isVisible({ connection, name, nuid, what, signal, mayBeVisible }: Upload): Promise<boolean> {
  if (!mayBeVisible || signal?.aborted === true) return false
  try {
    const object = await findObject(connection, what, name, { signal })
    return object?.nuid === nuid && !object.deleted
  } catch {
    return false // the first failure says more
  }
}

function visible(object: ObjectMeta | null): ObjectMeta | null {
  return object === null || object.deleted ? null : object
}
