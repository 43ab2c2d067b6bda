import type { Files } from '@ltx/env'

/** Keys and lists of them are far smaller. */
const BYTES_MAX: number = 16 * 1024 * 1024

/** A file as a whole, or the system's own error. */
export async function readSmallFile(files: Pick<Files, 'open'>, path: string): Promise<Uint8Array> {
  await using handle = await files.open(path, 'read')
  const { kind, size } = await handle.stat()
  if (kind !== 'file') throw new Error(`${path} is not a file`)
  if (size > BYTES_MAX) throw new Error(`${path} has ${size} bytes, that is no list of keys`)
  const bytes = new Uint8Array(size)
  return bytes.subarray(0, await handle.read(bytes, 0))
}
