import type { ReadOptions } from '@ltx/client-core'
import type { ReadFiles, ReadHandle } from './near-files.ts'

/** Bytes of one read. */
export const READ_BYTES: number = 512 * 1024

/** The same into memory that the reader lends: he uses it again, and fewer reads take less time. */
export const LENT_READ_BYTES: number = 2 * 1024 * 1024

/** There is something of that name, but it is no file: to a replica, nothing is there. */
export class NotAFile extends Error {
  override readonly name = 'NotAFile'
  readonly code: string = 'EISDIR'

  constructor(path: string) {
    super(`EISDIR: not a file, read '${path}'`)
  }
}

const newBuffer = (bytes: number): Uint8Array => new Uint8Array(bytes)

async function sizeOf(handle: ReadHandle, path: string): Promise<number> {
  const { kind, size } = await handle.stat()
  if (kind !== 'file') throw new NotAFile(path)
  return size
}

/**
 * Bytes of a file or of a part, as native errors say them. Closes its handle however the reading ends. Chunks are owned by the
 * reader.
 */
export async function* readRange(
  files: Pick<ReadFiles, 'open'>,
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  await using handle = await files.open(path, 'read')
  const { buffer = newBuffer } = options
  const bytesMax = options.buffer === undefined ? READ_BYTES : LENT_READ_BYTES
  const end = options.end ?? (await sizeOf(handle, path))
  let position = options.start ?? 0
  while (position < end) {
    options.signal?.throwIfAborted()
    const chunk = buffer(Math.min(bytesMax, end - position))
    const length = await handle.read(chunk, position)
    if (length === 0) return
    position += length
    yield length === chunk.length ? chunk : chunk.subarray(0, length)
  }
}
