import type { ReadOptions, RequestBytes } from '@ltx/client-core'
import { hasStatus, SftpStatusError, ShortFileError, STATUS, WrongSizeError } from './errors.ts'
import type { Handle, Session } from './session.ts'

/** Bytes of one request: every server has to take packets of 34 000 bytes, of which ssh2 leaves 31 952. More would be two requests. */
export const REQUEST_BYTES: number = 31 * 1024

/** Bytes of one chunk for the reader. */
const BLOCK_BYTES: number = 4 * REQUEST_BYTES

/** Bytes that are asked for ahead: one block at first, twice as many after each, so many at most. */
const AHEAD_BYTES_MAX: number = 2 * 1024 * 1024

/**
 * Bytes of a file or of a part. Many requests are under way at once, so that a far server is not slower than its line. Closes its handle
 * however the reading ends, and waits for nothing then.
 */
export async function* readRange(
  session: Session,
  path: string,
  options: ReadOptions,
  counted: RequestBytes,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { start = 0, end = Infinity } = options
  const handle = await session.open(path, 'r')
  try {
    if (end <= start) return
    for await (const chunk of readBlocks(session, handle, start, end)) {
      counted.down += chunk.length
      yield chunk
    }
  } finally {
    session.detached.close(handle).catch(() => undefined)
  }
}

async function* readBlocks(
  session: Session,
  handle: Handle,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const first = Buffer.allocUnsafeSlow(Math.min(REQUEST_BYTES, end - start))
  const early = fill(session, handle, first, start) // small files come with their size
  early.catch(() => undefined)
  const { kind, size } = await session.statHandle(handle)
  if (kind === 'directory') throw new SftpStatusError(STATUS.noSuchFile, 'it is a directory')
  if (size === null) throw new WrongSizeError('the server does not tell how large its files are')
  const limit = Math.min(end, size)
  if (start >= limit) return
  const blocks: Promise<Uint8Array>[] = [expectFull(early, first, Math.min(first.length, limit - start))]
  let next = start + first.length
  let ahead = BLOCK_BYTES
  for (let taken = start; taken < limit;) {
    while (next < limit && next - taken < ahead) {
      const target = Buffer.allocUnsafeSlow(Math.min(BLOCK_BYTES, limit - next))
      const block = expectFull(fill(session, handle, target, next), target, target.length)
      block.catch(() => undefined) // whoever takes it is told
      blocks.push(block)
      next += target.length
    }
    const chunk = await blocks.shift()
    if (chunk === undefined) throw new Error('a block for every byte')
    taken += chunk.length
    ahead = Math.min(ahead * 2, AHEAD_BYTES_MAX)
    yield chunk
  }
}

async function expectFull(filled: Promise<number>, target: Buffer, length: number): Promise<Uint8Array> {
  const bytes = await filled
  if (bytes < length) throw new ShortFileError('the file ended before the size that the server tells')
  return new Uint8Array(target.buffer, target.byteOffset, length)
}

/** Bytes that were there for `target`, from its start. */
async function fill(session: Session, handle: Handle, target: Buffer, position: number): Promise<number> {
  const parts: Promise<number>[] = []
  for (let offset = 0; offset < target.length; offset += REQUEST_BYTES) {
    parts.push(fillPart(session, handle, target.subarray(offset, offset + REQUEST_BYTES), position + offset))
  }
  let bytes = 0
  for (const part of await Promise.all(parts)) bytes += part
  return bytes
}

/** Servers may answer with fewer bytes than were asked for. */
async function fillPart(session: Session, handle: Handle, target: Buffer, position: number): Promise<number> {
  let filled = 0
  while (filled < target.length) {
    const bytes = await session.read(handle, target.subarray(filled), position + filled)
    if (bytes === 0) break
    filled += bytes
  }
  return filled
}

/** The first bytes of a file, fewer where it has fewer; `null` where there is none. */
export async function readStart(
  session: Session,
  path: string,
  length: number,
  counted: RequestBytes,
): Promise<Uint8Array | null> {
  let handle: Handle
  try {
    handle = await session.open(path, 'r')
  } catch (error) {
    if (hasStatus(error, STATUS.noSuchFile)) return null
    throw error
  }
  try {
    const target = Buffer.allocUnsafeSlow(length)
    const bytes = await fill(session, handle, target, 0)
    counted.down += bytes
    return new Uint8Array(target.buffer, 0, bytes)
  } finally {
    session.detached.close(handle).catch(() => undefined)
  }
}
