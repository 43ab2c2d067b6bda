import type { BlockingFiles, FileStat } from '@ltx/env'
import { locksOn } from './lock-table.ts'

/** SQLite's shared-lock range, right after the pending and reserved bytes. */
const SHARED_FIRST = 0x4000_0002

/**
 * True when this process holds a POSIX read lock on a database file, as Linux's `/proc/locks` tells. One `readFile` of the database in
 * our process drops it, and our connections then answer from a ghost (engine.md §6).
 *
 * @returns `null` where the system does not tell: it has no such table.
 */
export function holdsReadLock(files: BlockingFiles, processId: number, main: FileStat): boolean | null {
  const locks = locksOn(files, main.ino)
  if (locks === null) return null
  return locks.some(
    (lock) =>
      !lock.isWrite && lock.processId === processId && lock.start <= SHARED_FIRST && lock.end >= SHARED_FIRST,
  )
}
