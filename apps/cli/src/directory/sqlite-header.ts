import { open } from 'node:fs/promises'

const MAGIC = 'SQLite format 3\0'
/** Shorter files are no databases yet. */
export const HEADER_BYTES: number = MAGIC.length

/**
 * Does a file begin as a SQLite database does?
 *
 * Opens and closes it, and **with that drops every lock that this process holds on it**, through whatever descriptor (POSIX locks
 * belong to process and file). Never for a file that a database of ours may have open; ask {@link TrackedFiles} first.
 */
export async function hasSqliteHeader(path: string): Promise<boolean> {
  await using file = await open(path, 'r')
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0)
  return bytesRead === MAGIC.length && buffer.toString('latin1') === MAGIC
}
