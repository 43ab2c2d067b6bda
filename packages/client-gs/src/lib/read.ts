import { createHash } from 'node:crypto'
import { ClientError, isClientError, type ReadOptions } from '@ltx/client-core'
import type { Connection } from './connect.ts'
import { GsTransferError } from './errors.ts'
import type { HttpAnswer } from './send-request.ts'

/**
 * Bytes of an object or of a part, checked against the length that was announced; a whole object also against the service's MD5,
 * before its last chunk is handed out. Chunks are owned by the reader.
 *
 * @throws {ClientError} `CLIENT_NOT_FOUND` when the object is missing, and the bucket is not
 */
export async function* readObject(
  connection: Connection,
  name: string,
  what: string,
  options: ReadOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { start = 0, end, signal } = options
  const target = `${connection.objects}/${encodeURIComponent(name)}`
  if (end !== undefined && end <= start) {
    const { status } = await connection.exchange({
      kind: 'HEAD',
      what,
      method: 'GET',
      target: `${target}?fields=size`,
      accept: [404],
      signal,
    })
    if (status !== 404) return
    await connection.expectBucket({ signal })
    throw missing(what)
  }
  const ranged = start > 0 || end !== undefined
  const headers = ranged ? { range: `bytes=${start}-${end === undefined ? '' : end - 1}` } : undefined
  const request = {
    kind: 'GET',
    what,
    method: 'GET',
    target: `${target}?alt=media`,
    headers,
    accept: [404, 416],
    signal,
  } as const
  try {
    yield* connection.stream(request, (answer) => {
      if (answer.status === 404) throw missing(what)
      if (answer.status === 416) return answer.body
      return ranged ? checkedRange(answer, start, end) : checkedWhole(answer)
    })
  } catch (error) {
    if (isClientError(error, 'CLIENT_NOT_FOUND')) await connection.expectBucket({ signal })
    throw error
  }
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

/** Holds the last chunk back until all were right: a reader that resumes at the end would not look at a failure after it. */
async function* checkedWhole(answer: HttpAnswer): AsyncGenerator<Uint8Array, void, undefined> {
  const length = Number(
    answer.headers['x-goog-stored-content-length'] ?? answer.headers['content-length'] ?? NaN,
  )
  const expected = /(?:^|,\s*)md5=([^,\s]+)/.exec(answer.headers['x-goog-hash'] ?? '')?.[1]
  const hash = expected === undefined ? null : newMd5()
  let held: Uint8Array | null = null
  for await (const chunk of Number.isNaN(length) ? answer.body : exactly(answer.body, length)) {
    hash?.update(chunk)
    if (held !== null) yield held
    held = chunk
  }
  if (hash !== null && hash.digest('base64') !== expected) {
    throw new GsTransferError('the bytes that came are not those that are stored, by their MD5')
  }
  if (held !== null) yield held
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
  if (received !== length) throw new GsTransferError(`${received} bytes came, ${length} were announced`)
}

/** `null` where Node has no MD5 (FIPS): then lengths are checked alone. */
export function newMd5(): ReturnType<typeof createHash> | null {
  try {
    return createHash('md5')
  } catch {
    return null
  }
}
