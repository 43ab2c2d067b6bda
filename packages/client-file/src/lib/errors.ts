import type { ClientErrorCode, Diagnosis } from '@ltx/client-core'
import { systemErrorCode } from '@ltx/env'

interface Meaning {
  readonly code: ClientErrorCode
  readonly advice?: 'retry'
  readonly hint: string
}

const DENIED = 'give this user read and write permission for the replica directory, or choose another one'
const FULL = 'free some space, or move the replica to a larger disk; a shorter retention keeps it smaller'
const HANDLES = 'too many open files: raise the limit (ulimit -n)'
const MOUNT = 'the file system does not answer: look at its mount or network'

const MEANINGS: Readonly<Record<string, Meaning>> = {
  ENOSPC: { code: 'CLIENT_FULL', hint: `the disk is full: ${FULL}` },
  EDQUOT: { code: 'CLIENT_FULL', hint: `the disk quota is used up: ${FULL}` },
  EFBIG: {
    code: 'CLIENT_FULL',
    hint: 'the file is larger than the file system or a limit (ulimit -f) allows',
  },
  EACCES: { code: 'CLIENT_DENIED', hint: `permission denied: ${DENIED}` },
  EPERM: { code: 'CLIENT_DENIED', hint: `not permitted: ${DENIED}` },
  EROFS: { code: 'CLIENT_DENIED', hint: 'the file system is mounted read-only: mount it for writing' },
  EMFILE: { code: 'CLIENT_BUSY', hint: HANDLES },
  ENFILE: { code: 'CLIENT_BUSY', hint: HANDLES },
  EAGAIN: { code: 'CLIENT_BUSY', hint: 'the file system is busy' },
  EBUSY: { code: 'CLIENT_BUSY', hint: 'the file system is busy' },
  ESTALE: { code: 'CLIENT_UNREACHABLE', hint: MOUNT },
  ETIMEDOUT: { code: 'CLIENT_UNREACHABLE', hint: MOUNT },
  EHOSTDOWN: { code: 'CLIENT_UNREACHABLE', hint: MOUNT },
  EHOSTUNREACH: { code: 'CLIENT_UNREACHABLE', hint: MOUNT },
  ENOTCONN: { code: 'CLIENT_UNREACHABLE', hint: MOUNT },
  EIO: {
    code: 'CLIENT_UNEXPECTED',
    advice: 'retry',
    hint: 'the disk reported an i/o error: look at the system log and check the disk',
  },
  ENOTDIR: { code: 'CLIENT_BAD_OPTIONS', hint: 'a part of the replica path is a file: choose another path' },
  ENAMETOOLONG: { code: 'CLIENT_BAD_OPTIONS', hint: 'the replica path is too long: choose a shorter one' },
  ELOOP: { code: 'CLIENT_BAD_OPTIONS', hint: 'the replica path has a cycle of symbolic links' },
}

/**
 * What a failure of the file system means. A missing name is no business of this table: `readFile` alone turns `ENOENT` into
 * `CLIENT_NOT_FOUND`; in a listing it means empty, in a delete that the work is done, and in a write that somebody removed the
 * directory meanwhile.
 */
export function diagnose(error: unknown): Diagnosis {
  const code = systemErrorCode(error)
  if (code === 'ENOENT') {
    return {
      code: 'CLIENT_UNEXPECTED',
      advice: 'retry',
      hint: 'a file or directory was removed in the middle of it: is another program cleaning up there?',
    }
  }
  const meaning = code === null ? undefined : MEANINGS[code]
  return meaning ?? { code: 'CLIENT_UNEXPECTED', hint: String(error) }
}

/** {@link diagnose} for a read, where a missing name is a missing file. */
export function diagnoseRead(error: unknown): Diagnosis {
  const code = systemErrorCode(error)
  if (code === 'ENOENT' || code === 'EISDIR')
    return { code: 'CLIENT_NOT_FOUND', hint: 'there is no such file' }
  return diagnose(error)
}
