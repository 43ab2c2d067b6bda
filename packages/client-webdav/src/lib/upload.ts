import {
  abortable,
  gatherChunks,
  isClientError,
  translating,
  type ByteSource,
  type CallOptions,
  type PeekedFile,
} from '@ltx/client-core'
import type { Connection } from './connect.ts'
import { WebdavResponseError, WebdavTransferError, diagnose } from './errors.ts'
import { entryAt } from './find-entries.ts'

/** Smaller chunks of a large file are gathered. */
const CHUNK_BYTES = 256 * 1024

/** What was learnt of the server. */
export interface UploadTraits {
  /** It does not take bodies whose length it is not told. */
  lengthNeeded: boolean
}

export interface Upload extends CallOptions {
  readonly connection: Connection
  readonly traits: UploadTraits
  /** For messages. */
  readonly what: string
  /** Where to. */
  readonly path: string
  readonly peeked: PeekedFile
  readonly source: ByteSource
}

/**
 * Stores a file, and looks whether all of it is there. A small file is sent from memory, a larger one as its source delivers it; where
 * the server has to be told its length, the source is opened twice, to count and to send. Holds `bufferBytes` at most.
 *
 * @returns bytes
 */
export async function upload(job: Upload): Promise<number> {
  const { connection, traits, peeked } = job
  const body = peeked.body[Symbol.asyncIterator]()
  const { bytes: head, ended } = await gatherHead(body, connection.settings.bufferBytes)
  if (ended) {
    await put(job, head)
    return await expectStored(job, head.length)
  }
  if (!traits.lengthNeeded) {
    const sent = await sendAsItComes(job, head, body)
    if (sent !== null) return sent
    traits.lengthNeeded = true
    connection.settings.env.logger.log('info', 'the server wants to know lengths: large files are read twice')
  }
  await body.return?.()
  return await sendWithLength(job)
}

/** `null`: the server does not do that. */
async function sendAsItComes(
  job: Upload,
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): Promise<number | null> {
  let begun = false
  const first = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    begun = true
    yield head
    yield* gatherChunks(from(rest), CHUNK_BYTES)
  }
  const sending = watched(() => (begun ? reopened(job) : first()))
  try {
    await put(job, () => ({ chunks: sending.open(), bytes: null }))
  } catch (error) {
    if (sending.failure !== null) throw sending.failure.error
    if (isLengthRequired(error)) return null
    throw error
  }
  const stored = await entryAt(job.connection, job.what, job.path, job)
  return stored?.size === sending.bytes ? sending.bytes : null
}

async function sendWithLength(job: Upload): Promise<number> {
  const counting = watched(() => reopened(job))
  for await (const _ of counting.open());
  const sending = watched(() => reopened(job))
  try {
    await put(job, () => ({ chunks: sending.open(), bytes: counting.bytes }))
  } catch (error) {
    if (sending.failure !== null) throw sending.failure.error
    throw error
  }
  return await expectStored(job, counting.bytes)
}

async function put(
  { connection, what, path, signal }: Upload,
  body: Parameters<Connection['exchange']>[0]['body'],
): Promise<void> {
  const headers = { 'content-type': 'application/octet-stream' }
  await connection.exchange({ kind: 'PUT', what, method: 'PUT', path, headers, body, signal })
}

/** @throws {ClientError} `CLIENT_UNREACHABLE` */
async function expectStored(job: Upload, bytes: number): Promise<number> {
  const { connection, what, path, signal } = job
  const stored = await entryAt(connection, what, path, { signal })
  if (stored?.size === bytes) return bytes
  return await translating(what, diagnose, signal, async () => {
    const there = stored === null ? 'nothing' : `${stored.size} bytes`
    throw new WebdavTransferError(`the server was sent ${bytes} bytes and stored ${there}`)
  })
}

function reopened({ source, signal }: Upload): AsyncIterable<Uint8Array> {
  return gatherChunks(abortable(source(), signal), CHUNK_BYTES)
}

interface Watched {
  open(): AsyncGenerator<Uint8Array, void, undefined>
  /** Delivered since it was opened last. */
  readonly bytes: number
  /** What the source threw: it belongs to the caller as it is. */
  readonly failure: { readonly error: unknown } | null
}

function watched(openChunks: () => AsyncIterable<Uint8Array>): Watched {
  let bytes = 0
  let failure: Watched['failure'] = null
  return {
    get bytes() {
      return bytes
    },
    get failure() {
      return failure
    },
    async *open() {
      bytes = 0
      try {
        for await (const chunk of openChunks()) {
          bytes += chunk.length
          yield chunk
        }
      } catch (error) {
        failure = { error }
        throw error
      }
    },
  }
}

/** Owned. As much as is there up to `bytesMax`, and the chunk that goes beyond it. */
async function gatherHead(
  chunks: AsyncIterator<Uint8Array>,
  bytesMax: number,
): Promise<{ readonly bytes: Uint8Array; readonly ended: boolean }> {
  const parts: Uint8Array[] = []
  let length = 0
  for (;;) {
    const step = await chunks.next()
    if (step.done === true) return { bytes: Buffer.concat(parts), ended: true }
    length += step.value.length
    parts.push(step.value.slice()) // borrowed
    if (length > bytesMax) return { bytes: Buffer.concat(parts), ended: false }
  }
}

function isLengthRequired(error: unknown): boolean {
  if (!isClientError(error)) return false
  return error.cause instanceof WebdavResponseError && [411, 501].includes(error.cause.status)
}

async function* from(iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (;;) {
      const step = await iterator.next()
      if (step.done === true) return
      yield step.value
    }
  } finally {
    await iterator.return?.()
  }
}
