import { ClientError, type CallOptions, type ReadOptions } from '@ltx/client-core'
import type { Connection, OssAnswer } from './connect.ts'
import { OssTransferError, refusalOf } from './errors.ts'
import type { HttpAnswer } from './send-request.ts'

/**
 * Bytes of an object or of a part of it. Nothing at or past its end. A body that ends early is `CLIENT_UNREACHABLE`. Chunks are owned
 * by the reader.
 *
 * @throws {ClientError} `CLIENT_NOT_FOUND` when the object is missing, and the bucket is not
 */
export async function* readObject(
  connection: Connection,
  what: string,
  key: string,
  options: ReadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { start = 0, end, signal } = options
  if (end !== undefined && end <= start) {
    if ((await headObject(connection, what, key, { signal })) === null) throw missing(what)
    return
  }
  const ranged = start > 0 || end !== undefined
  const range = `bytes=${start}-${end === undefined ? '' : end - 1}`
  const headers = ranged ? { range, 'x-oss-range-behavior': 'standard' } : {} // otherwise a bad range gets the whole object
  const request = { kind: 'GET', what, method: 'GET', key, headers, signal } as const
  try {
    yield* connection.stream(request, (answer) =>
      ranged ? checkedRange(answer, start, end) : checkedWhole(answer),
    )
  } catch (error) {
    if (refusalOf(error)?.status === 416) return
    throw error
  }
}

/** What the service knows of an object without its bytes; `null` when it is missing, and the bucket is not. */
export async function headObject(
  connection: Connection,
  what: string,
  key: string,
  { signal }: CallOptions,
): Promise<OssAnswer['headers'] | null> {
  try {
    const { headers } = await connection.exchange({ kind: 'HEAD', what, method: 'HEAD', key, signal })
    return headers
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === null || refusal.status !== 404) throw error
    if (refusal.code === 'NoSuchKey') return null
    if (refusal.code !== '') throw error
    await expectBucket(connection, what, { signal }) // an answer without a body may be about the bucket
    return null
  }
}

/** @throws {ClientError} `CLIENT_BAD_OPTIONS` when there is no bucket */
export async function expectBucket(
  connection: Connection,
  what: string,
  { signal }: CallOptions,
): Promise<void> {
  const query = { prefix: connection.settings.root, 'max-keys': 1 }
  await connection.exchange({ kind: 'LIST', what, method: 'GET', query, signal })
}

function missing(what: string): ClientError {
  return new ClientError('CLIENT_NOT_FOUND', `cannot ${what}: there is no such object`)
}

async function* checkedRange(
  answer: HttpAnswer,
  start: number,
  end: number | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.headers['content-range'] ?? '')
  const [first, last, size] = [Number(range?.[1]), Number(range?.[2]), Number(range?.[3])]
  if (answer.status !== 206 || first !== start || last !== Math.min(end ?? size, size) - 1) {
    const sent = `${answer.status} ${answer.headers['content-range'] ?? 'without a range'}`
    throw new Error(`asked for the bytes ${start} to ${end ?? 'the end'}, the answer is ${sent}`)
  }
  yield* exactly(answer.body, last - first + 1)
}

async function* checkedWhole(answer: HttpAnswer): AsyncGenerator<Uint8Array, void, undefined> {
  const length = answer.headers['content-length']
  if (length === undefined) yield* answer.body
  else yield* exactly(answer.body, Number(length))
}

async function* exactly(
  body: AsyncIterable<Uint8Array>,
  length: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let received = 0
  for await (const chunk of body) {
    received += chunk.length
    if (received > length) break
    yield chunk
  }
  if (received !== length) throw new OssTransferError(`${received} bytes came, ${length} were announced`)
}
