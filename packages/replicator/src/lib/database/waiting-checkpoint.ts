import type { BlockingFiles } from '@ltx/env'
import { locksOn } from './lock-table.ts'

/** Bytes of the `-shm` file that stand for SQLite's locks (`UNIX_SHM_BASE` in its os_unix.c). */
const WRITER_AT = 120
const CHECKPOINTER_AT = 121

/**
 * One process holds both the writers' lock and the checkpointers': only a `FULL`, `RESTART` or `TRUNCATE` checkpoint does, or two
 * connections of one process at once. False where the system does not tell.
 */
export function isCheckpointWaiting(files: BlockingFiles, databasePath: string): boolean {
  const shm = files.stat(`${databasePath}-shm`) // never opened: closing it would drop SQLite's locks
  if (shm === null) return false
  const locks = (locksOn(files, shm.ino) ?? []).filter(({ isWrite }) => isWrite)
  const holders = (at: number): number[] =>
    locks.filter(({ start, end }) => start <= at && at <= end).map(({ processId }) => processId)
  const writers = new Set(holders(WRITER_AT))
  return holders(CHECKPOINTER_AT).some((processId) => writers.has(processId))
}
