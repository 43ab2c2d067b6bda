import type { Readable } from 'node:stream'
import { ClientError, observedEach, translatingEach, type ReadOptions } from '@ltx/client-core'
import type { Connection } from './connect.ts'
import { failedAnswer } from './errors.ts'
import { headObject } from './head.ts'

/**
 * Bytes of an object or of a part of it. Nothing at or past its end. A body that ends early is `CLIENT_UNREACHABLE`. Chunks are owned
 * by the reader.
 */
export async function* readObject(
  connection: Connection,
  what: string,
  key: string,
  options: ReadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { start = 0, end, signal } = options
  if (end !== undefined && end <= start) {
    await headObject(connection, what, key, signal) // no bytes to read, but a missing file is still missing
    return
  }
  await connection.open(signal)
  const { onRequest, env } = connection.settings
  yield* observedEach(onRequest, env.clock, 'GET', async function* (bytes) {
    const answer = await getObject(connection, what, key, { start, end, signal })
    if (answer === null) return
    let length = 0
    const body = withoutStart(answer.body, answer.skip)
    for await (const chunk of translatingEach(what, (error) => connection.diagnose(error), signal, body)) {
      const rest = answer.lengthMax - length
      const part = chunk.length > rest ? chunk.subarray(0, rest) : chunk
      length += part.length
      bytes.down += part.length
      if (part.length > 0) yield part
      if (length === answer.lengthMax) return
    }
    if (length < answer.length) {
      throw new ClientError(
        'CLIENT_UNREACHABLE',
        `cannot ${what}: the body ended after ${length} bytes, ${answer.length} were announced`,
      )
    }
  })
}

interface Answer {
  readonly body: AsyncIterable<Uint8Array>
  /** Bytes before the part that was asked for: some servers answer with the whole. */
  readonly skip: number
  /** Bytes that the answer has after these. */
  readonly length: number
  /** Bytes that were asked for. */
  readonly lengthMax: number
}

/** `null`: the part begins at or past the end. */
async function getObject(
  connection: Connection,
  what: string,
  key: string,
  { start = 0, end, signal }: ReadOptions,
): Promise<Answer | null> {
  const range =
    start === 0 && end === undefined ? {} : { Range: `bytes=${start}-${end === undefined ? '' : end - 1}` }
  const lengthMax = (end ?? Infinity) - start
  const { sdk, client, customerKey } = await connection.open(signal)
  const input = { Bucket: connection.settings.bucket, Key: key, ...range, ...customerKey }
  const request = signal === undefined ? {} : { abortSignal: signal }
  return await connection.translated(what, signal, async () => {
    try {
      const output = await client.send(new sdk.GetObjectCommand(input), request)
      const isPart = output.$metadata.httpStatusCode === 206
      const first = isPart ? Number(/^bytes (\d+)-/.exec(output.ContentRange ?? '')?.[1] ?? start) : 0
      if (first > start) throw new Error(`asked for byte ${start}, the answer begins at byte ${first}`)
      const skip = start - first
      const length = Math.max(0, Math.min(lengthMax, (output.ContentLength ?? 0) - skip))
      return { body: output.Body as Readable, skip, length, lengthMax }
    } catch (error) {
      const { status, code } = failedAnswer(error)
      if (status === 416 || code === 'InvalidRange') return null
      throw error
    }
  })
}

async function* withoutStart(
  chunks: AsyncIterable<Uint8Array>,
  skip: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = skip
  for await (const chunk of chunks) {
    if (left >= chunk.length) left -= chunk.length
    else {
      yield left === 0 ? chunk : chunk.subarray(left)
      left = 0
    }
  }
}
