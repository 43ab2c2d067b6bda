import { createHash } from 'node:crypto'
import { ClientError, type ReadOptions } from '@ltx/client-core'
import type { ChunkMap } from './chunk-map.ts'
import type { Connection } from './connect.ts'
import { chunkSubject, sameDigest, type ObjectMeta } from './object-meta.ts'
import { expectObject, storedMessage } from './objects.ts'
import { pullMessages, type PulledMessage } from './pull.ts'

/** An object of so few chunks is read whole, one by one: that takes fewer requests than the beginning of a transfer. */
const SMALL_CHUNKS_MAX = 3

/** A range that begins so early is read from the start: less than it takes to find its chunk. */
const SKIP_BYTES_MAX: number = 512 * 1024

/** What a read needs of its client. */
export interface ReadContext {
  readonly connection: Connection
  readonly chunkMap: ChunkMap
}

interface Reading extends ReadContext {
  readonly object: ObjectMeta
  readonly what: string
  readonly start: number
  readonly end: number
  readonly signal: AbortSignal | undefined
}

/**
 * Bytes of an object or of a part of it. No chunk may be missing, as the store would not notice; a whole object, and a small one, is
 * checked by its SHA-256 before its last bytes are handed out. Chunks are owned by the reader.
 *
 * @throws {ClientError} `CLIENT_NOT_FOUND`, `CLIENT_UNREACHABLE` when bytes are missing or wrong
 */
export async function* readObject(
  context: ReadContext,
  name: string,
  what: string,
  options: ReadOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { connection } = context
  const { start = 0, signal } = options
  const object = await expectObject(connection, what, name, { signal })
  const end = Math.min(options.end ?? object.size, object.size)
  if (start >= end) return
  let received = 0
  for await (const bytes of bytesOf({ ...context, object, what, start, end, signal })) {
    received += bytes.length
    yield bytes
  }
  if (received === end - start) return
  await expectObject(connection, what, name, { signal }) // it may have been deleted while it was read
  throw damaged(what, `only ${received} of ${end - start} bytes are there`)
}

async function* bytesOf(reading: Reading): AsyncGenerator<Uint8Array, void, undefined> {
  const { connection, chunkMap, object, what, start, end, signal } = reading
  const subject = chunkSubject(connection.settings.bucket, object.nuid)
  if (object.chunks <= SMALL_CHUNKS_MAX) {
    const chunks: Uint8Array[] = []
    for await (const chunk of checked(oneByOne(reading, subject), object, what)) chunks.push(chunk)
    const received = chunks.reduce((sum, { length }) => sum + length, 0)
    if (received === object.size) yield* cutOut(chunks, start, end)
    return
  }
  const all = { kind: 'GET', what, subject, signal } as const
  if (start <= SKIP_BYTES_MAX) {
    const bytes = dataOf(pullMessages(connection, { ...all, count: object.chunks }))
    yield* end - start === object.size ? checked(bytes, object, what) : cutOut(bytes, start, end)
    return
  }
  const place = await chunkMap.find(object, start, what, { signal })
  if (place === null) return
  const { sequence: startSequence, offset, rest: count } = place
  const bytes = dataOf(pullMessages(connection, { ...all, startSequence, count }))
  yield* cutOut(bytes, start - offset, end - offset)
}

async function* dataOf(messages: AsyncIterable<PulledMessage>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const { data } of messages) yield data
}

async function* oneByOne(
  { connection, object, what, signal }: Reading,
  subject: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let sequence = 1
  for (let chunk = 0; chunk < object.chunks; chunk++) {
    const query = { seq: sequence, next_by_subj: subject }
    const message = await storedMessage(connection, 'GET', what, query, { signal })
    if (message === null) return
    sequence = message.seq + 1
    yield message.data
  }
}

/** Bytes `start` to `end` of a stream; ends it when they are there. */
async function* cutOut(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let offset = 0
  for await (const chunk of chunks) {
    const from = Math.max(0, start - offset)
    const to = Math.min(chunk.length, end - offset)
    offset += chunk.length
    if (from < to) yield chunk.subarray(from, to)
    if (offset >= end) return
  }
}

/** Holds the last chunk back until all were right: a reader that resumes at the end would not look at a failure after it. */
async function* checked(
  bytes: AsyncIterable<Uint8Array>,
  { size, digest }: ObjectMeta,
  what: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256')
  let received = 0
  let held: Uint8Array | null = null
  for await (const chunk of bytes) {
    hash.update(chunk)
    received += chunk.length
    if (held !== null) yield held
    held = chunk
  }
  const isRight = digest === null || sameDigest(hash.digest('base64url'), digest)
  if (received === size && !isRight)
    throw damaged(what, 'by their SHA-256 the bytes are not those that were stored')
  if (held !== null && received === size) yield held
}

function damaged(what: string, detail: string): ClientError {
  return new ClientError('CLIENT_UNREACHABLE', `cannot ${what}: ${detail}`)
}
