const MEANINGS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBADF: 'bad file descriptor',
  EEXIST: 'file already exists',
  EINVAL: 'invalid argument',
  EIO: 'i/o error',
  EISDIR: 'illegal operation on a directory',
  EMFILE: 'too many open files',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
  EOPNOTSUPP: 'operation not supported',
  EPERM: 'operation not permitted',
  EROFS: 'read-only file system',
}

/** The shape in which Node reports a failed system call. */
export interface SystemError extends Error {
  readonly code: string
  readonly syscall: string
  readonly path: string
}

/** An error that looks like one of the operating system's, for the cases in which we notice before it does. */
export function systemError(code: string, syscall: string, path: string, detail?: string): SystemError {
  const error = new Error(`${code}: ${detail ?? MEANINGS[code] ?? 'system error'}, ${syscall} '${path}'`)
  return Object.assign(error, { code, syscall, path })
}

/** The `code` of a system error, or `null` for anything else. */
export function systemErrorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}
