import type { BlockingFiles } from '@ltx/env'

const LOCK_TABLE = '/proc/locks'
const TABLE_BYTES_MAX = 4 * 1024 * 1024

/** A POSIX lock that somebody holds. Offsets in bytes; `end` is the last byte. */
export interface HeldLock {
  readonly isWrite: boolean
  readonly processId: number
  readonly start: number
  readonly end: number
}

/**
 * The POSIX locks that are held on a file, as Linux's `/proc/locks` tells. It shows those of processes that we can see: not of a
 * container beside ours.
 *
 * @returns `null` where the system does not tell.
 */
export function locksOn(files: BlockingFiles, inode: bigint): HeldLock[] | null {
  const table = readTable(files)
  if (table === null) return null
  const locks: HeldLock[] = []
  for (const line of table.split('\n')) {
    if (!line.includes(`:${inode} `)) continue // most lines are of other files
    const [, family, , mode, owner, place, start, end] = line.trim().split(/\s+/) // of one who waits: `->` comes second
    if (family !== 'POSIX' || !(place ?? '').endsWith(`:${inode}`)) continue
    locks.push({
      isWrite: mode === 'WRITE',
      processId: Number(owner),
      start: Number(start),
      end: end === 'EOF' ? Number.POSITIVE_INFINITY : Number(end),
    })
  }
  return locks
}

function readTable(files: BlockingFiles): string | null {
  try {
    using handle = files.open(LOCK_TABLE, 'read')
    const parts: Uint8Array[] = []
    for (let position = 0; position < TABLE_BYTES_MAX;) {
      const chunk = new Uint8Array(64 * 1024)
      const length = handle.read(chunk, position)
      if (length === 0) break
      parts.push(chunk.subarray(0, length))
      position += length
    }
    return parts.map((part) => new TextDecoder().decode(part)).join('')
  } catch {
    return null
  }
}
