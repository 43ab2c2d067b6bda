import type { ReadOptions } from '@ltx/client-core'
import type { FileHandle, Files } from '@ltx/env'

/** Bytes of one read. */
export const READ_BYTES: number = 512 * 1024

/** There is something of that name, but it is no file: to a replica, nothing is there. */
export class NotAFile extends Error {
  override readonly name = 'NotAFile'
  readonly code: string = 'EISDIR'

  constructor(path: string) {
    super(`EISDIR: not a file, read '${path}'`)
  }
}

const newBuffer = (bytes: number): Uint8Array => new Uint8Array(bytes)

async function sizeOf(handle: FileHandle, path: string): Promise<number> {
  const { kind, size } = await handle.stat()
  if (kind !== 'file') throw new NotAFile(path)
  return size
}

/**
 * Bytes of a file or of a part, as native errors say them. Closes its handle however the reading ends. Chunks are owned by the
 * reader.
 */
export async function* readRange(
  files: Files,
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  await using handle = await files.open(path, 'read')
  const { buffer = newBuffer } = options
  const end = options.end ?? (await sizeOf(handle, path))
  let position = options.start ?? 0
  while (position < end) {
    options.signal?.throwIfAborted()
    const chunk = buffer(Math.min(READ_BYTES, end - position))
    const length = await handle.read(chunk, position)
    if (length === 0) return
    position += length
    yield length === chunk.length ? chunk : chunk.subarray(0, length)
  }
}
