import { ClientError, type ReadOptions } from '@ltx/client-core'
import type { Connection } from './connect.ts'
import { WebdavTransferError } from './errors.ts'
import { entryAt } from './find-entries.ts'
import type { HttpAnswer } from './send-request.ts'

/**
 * Bytes of a file or of a part, checked against the length that was announced; also from servers that know no ranges. Chunks are
 * owned by the reader.
 *
 * @throws {ClientError} `CLIENT_NOT_FOUND`
 */
export async function* readPath(
  connection: Connection,
  path: string,
  what: string,
  options: ReadOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { start = 0, end, signal } = options
  if (end !== undefined && end <= start) {
    if ((await entryAt(connection, what, path, { signal })) === null) throw missing(what)
    return
  }
  const ranged = start > 0 || end !== undefined
  const range = ranged ? { range: `bytes=${start}-${end === undefined ? '' : end - 1}` } : {}
  const request = {
    kind: 'GET',
    what,
    method: 'GET',
    path,
    headers: { ...range, 'accept-encoding': 'identity' },
    accept: [404, 416],
    signal,
  } as const
  yield* connection.stream(request, (answer) => {
    if (answer.status === 404) throw missing(what)
    if (answer.status === 416) return answer.body
    if (answer.status === 206 && ranged) return partOf(answer, start, end)
    return wholeOf(answer, start, end, async () => {
      return (await entryAt(connection, what, path, { signal }))?.size ?? null
    })
  })
}

async function* partOf(
  answer: HttpAnswer,
  start: number,
  end: number | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(answer.headers['content-range'] ?? '')
  const [first, last] = [Number(range?.[1]), Number(range?.[2])]
  const size = range?.[3] === '*' ? last + 1 : Number(range?.[3])
  if (first !== start || last !== Math.min(end ?? size, size) - 1) {
    const sent = answer.headers['content-range'] ?? 'without a range'
    throw new Error(`asked for the bytes ${start} to ${end ?? 'the end'}, the answer is ${sent}`)
  }
  yield* exactly(answer.body, last - first + 1)
}

/** A server that ignores ranges sends the file from its beginning: what comes before is skipped, and nothing read after the end. */
async function* wholeOf(
  answer: HttpAnswer,
  start: number,
  end: number | undefined,
  storedSize: () => Promise<number | null>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { status, headers } = answer
  if (status !== 200) throw new Error(`the answer to GET is ${status}`)
  const announced =
    headers['content-length'] ?? (headers['transfer-encoding'] ? undefined : await storedSize())
  const body =
    announced === undefined || announced === null ? answer.body : exactly(answer.body, Number(announced))
  let at = 0
  for await (const chunk of body) {
    const [from, to] = [Math.max(start - at, 0), Math.min((end ?? Infinity) - at, chunk.length)]
    at += chunk.length
    if (from < to) yield chunk.subarray(from, to)
    if (end !== undefined && at >= end) return
  }
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
  if (received !== length) throw new WebdavTransferError(`${received} bytes came, ${length} were announced`)
}

function missing(what: string): ClientError {
  return new ClientError('CLIENT_NOT_FOUND', `cannot ${what}: there is no such file`)
}
