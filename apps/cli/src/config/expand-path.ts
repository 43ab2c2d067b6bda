import { posix, win32 } from 'node:path'
import type { CommandIo } from '../program/io.ts'

/** `/C:/data`, as the path of a URL with a drive is written. */
const DRIVE_OF_URL = /^[\\/](?=[A-Za-z]:[\\/])/

/**
 * A path of a database, a configuration file or a directory as people write it, made absolute: `sqlite://` and `sqlite3://` before it
 * go, `~` and `~/` are the current user's home, `.` and `..` are worked out by the letters alone. On Windows `\` separates as `/` does, and
 * a drive may have the `/` of a URL before it.
 */
export function expandPath(
  path: string,
  io: Pick<CommandIo, 'workingDirectory' | 'homeDirectory' | 'platform'>,
): string {
  const isWindows = io.platform === 'win32'
  const paths = isWindows ? win32 : posix
  const bare = isWindows ? withoutScheme(path).replace(DRIVE_OF_URL, '') : withoutScheme(path)
  if (bare === '~') return paths.resolve(io.homeDirectory())
  if (bare.startsWith('~/') || (isWindows && bare.startsWith('~\\'))) {
    return paths
      .join(paths.resolve(io.homeDirectory()), bare.slice(2))
      .replace(isWindows ? /(?<=[^:])\\$/ : /(?<=.)\/$/, '')
  }
  return paths.resolve(io.workingDirectory, bare)
}

/** Without `sqlite://` or `sqlite3://`, which say only that a path follows. */
export function withoutScheme(path: string): string {
  return path.replace(/^sqlite3?:\/\//, '')
}

/** Does an argument name a replica rather than a database? `sqlite://…` is a database, and one letter is a drive. */
export function isReplicaUrl(text: string): boolean {
  return /^\w{2,}:\/\//.test(withoutScheme(text))
}
