import { ReplicatorError } from '../errors.ts'

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

/** Says what to do about a failure of the local disk. Nothing is lost by one: the WAL is kept until it can be read. */
export function asLocalError(error: unknown, metaPath: string): unknown {
  if (!(error instanceof Error)) return error
  const { code, path } = error as { code?: unknown; path?: unknown }
  const advice = typeof code === 'string' ? DISK_ADVICE[code] : undefined
  if (advice === undefined) return error
  const place = typeof path === 'string' ? path : metaPath
  return new ReplicatorError('REPLICATOR_DISK', `cannot write ${place}: ${advice} (${String(code)})`, {
    cause: error,
  })
}
