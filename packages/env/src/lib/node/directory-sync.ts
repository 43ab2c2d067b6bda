import { systemErrorCode } from '../system-error.ts'

const WITHOUT_DIRECTORY_SYNC: ReadonlySet<string> = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'])

/**
 * Whether the failure of a directory's fsync only says that there is no such thing here: some network and FUSE file
 * systems refuse it, and Windows cannot open a directory (its renames are journaled). Any other failure is real.
 */
export function hasNoDirectorySync(error: unknown, platform: string = process.platform): boolean {
  const code = systemErrorCode(error)
  if (code === null) return false
  if (platform === 'win32' && (code === 'EISDIR' || code === 'EPERM')) return true
  return WITHOUT_DIRECTORY_SYNC.has(code)
}
