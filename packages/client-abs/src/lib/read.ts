import { createHash } from 'node:crypto'
import { equalBytes, type ReadOptions } from '@ltx/client-core'
import type { BlobHead, Connection } from './connect.ts'
import { AbsTransferError } from './errors.ts'

/**
 * Bytes of a blob or of a part, checked against the length that was announced; a whole blob also against its MD5, where it has one,
 * before its last chunk is handed out. Chunks are owned by the reader.
 *
 * @throws {ClientError} `CLIENT_NOT_FOUND` when the blob is missing, and the container is not
 */
export function readBlob(
  connection: Connection,
  name: string,
  what: string,
  options: ReadOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { start = 0, end, signal } = options
  if (end !== undefined && end <= start) {
    // A missing blob is missing, whatever is wanted of it: one byte is asked for, and not handed out.
    return connection.read(what, name, { start, end: start + 1, signal }, (_, chunks) => withoutAny(chunks))
  }
  return connection.read(what, name, { start, end, signal }, (head, chunks) =>
    start === 0 && end === undefined ? checkedWhole(head, chunks) : checkedRange(head, chunks, start, end),
  )
}

async function* withoutAny(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const _ of chunks) break
  yield* []
}

async function* checkedRange(
  head: BlobHead,
  chunks: AsyncIterable<Uint8Array>,
  start: number,
  end: number | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(head.range ?? '')
  const [first, last, size] = [Number(range?.[1]), Number(range?.[2]), Number(range?.[3])]
  if (first !== start || last !== Math.min(end ?? size, size) - 1) {
    const sent = head.range ?? 'an answer without a range'
    throw new Error(`asked for the bytes ${start} to ${end ?? 'the end'}, came ${sent}`)
  }
  yield* exactly(chunks, last - first + 1)
}

/** Holds the last chunk back until all were right: a reader that resumes at the end would not look at a failure after it. */
async function* checkedWhole(
  head: BlobHead,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = head.md5 === undefined ? null : newMd5()
  let held: Uint8Array | null = null
  for await (const chunk of exactly(chunks, head.length)) {
    hash?.update(chunk)
    if (held !== null) yield held
    held = chunk
  }
  if (hash !== null && head.md5 !== undefined && !equalBytes(hash.digest(), head.md5)) {
    throw new AbsTransferError('the bytes that came are not those that were stored, by their MD5')
  }
  if (held !== null) yield held
}

async function* exactly(
  chunks: AsyncIterable<Uint8Array>,
  length: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let received = 0
  for await (const chunk of chunks) {
    received += chunk.length
    if (received > length) break
    yield chunk
  }
  if (received !== length) throw new AbsTransferError(`${received} bytes came, ${length} were announced`)
}

/** `null` where Node has no MD5 (FIPS): then lengths are checked alone. */
export function newMd5(): ReturnType<typeof createHash> | null {
  try {
    return createHash('md5')
  } catch {
    return null
  }
}
