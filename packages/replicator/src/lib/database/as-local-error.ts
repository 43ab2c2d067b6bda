import { ReplicatorError } from '../errors.ts'
import { sqliteCode } from '../follow/pin.ts'

const DISK_ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: 'the disk quota is used up: free some space',
  EROFS: 'the file system is read-only: put the state folder elsewhere with meta-path',
  EACCES: 'permission denied: give this user write access',
  EPERM: 'permission denied: give this user write access',
  EIO: 'the disk reports an error: check its health',
  EMFILE: 'too many open files: raise the limit (ulimit -n)',
  ENFILE: 'too many open files on this system',
}

/** What Node says of a folder that is to be made on a read-only file system, too. */
const NOT_MADE =
  'the file system is read-only, or a folder above it is gone: put the state folder elsewhere with meta-path'

/** SQLite could not write the database, or make `-wal` and `-shm` beside it. */
const NOT_WRITABLE: ReadonlySet<string> = new Set([
  'SQLITE_CANTOPEN',
  'SQLITE_PERM',
  'SQLITE_READONLY',
  'SQLITE_READONLY_CANTINIT',
  'SQLITE_READONLY_CANTLOCK',
  'SQLITE_READONLY_DIRECTORY',
])

function notWritable(cause: Error): ReplicatorError {
  const advice =
    'SQLite cannot write the database, or the -wal and -shm files beside it: give this user write access to the file and to its folder'
  return new ReplicatorError('REPLICATOR_DISK', `${advice} (${sqliteCode(cause)}: ${cause.message})`, {
    cause,
  })
}

/** Says what to do about a failure of the local disk. Nothing is lost by one: the WAL is kept until it can be read. */
export function asLocalError(error: unknown, metaPath: string): unknown {
  if (!(error instanceof Error)) return error
  if (NOT_WRITABLE.has(sqliteCode(error))) return notWritable(error)
  const { code, path, syscall } = error as { code?: unknown; path?: unknown; syscall?: unknown }
  const isNotMade = code === 'ENOENT' && syscall === 'mkdir'
  const advice = isNotMade ? NOT_MADE : typeof code === 'string' ? DISK_ADVICE[code] : undefined
  if (advice === undefined) return error
  const place = typeof path === 'string' ? path : metaPath
  return new ReplicatorError('REPLICATOR_DISK', `cannot write ${place}: ${advice} (${String(code)})`, {
    cause: error,
  })
}
