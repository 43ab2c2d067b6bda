import { join, resolve } from 'node:path'
import type { CommandIo } from '../program/io.ts'

/**
 * A path of a database, a configuration file or a directory as people write it, made absolute: `sqlite://` and `sqlite3://` before it
 * go, `~` and `~/` are the current user's home, `.` and `..` are worked out by the letters alone.
 */
export function expandPath(path: string, io: Pick<CommandIo, 'workingDirectory' | 'homeDirectory'>): string {
  const bare = withoutScheme(path)
  if (bare === '~') return resolve(io.homeDirectory())
  if (bare.startsWith('~/')) return join(resolve(io.homeDirectory()), bare.slice(2)).replace(/(?<=.)\/$/, '')
  return resolve(io.workingDirectory, bare)
}

/** Without `sqlite://` or `sqlite3://`, which say only that a path follows. */
export function withoutScheme(path: string): string {
  return path.replace(/^sqlite3?:\/\//, '')
}

/** Does an argument name a replica rather than a database? `sqlite://…` is a database. */
export function isReplicaUrl(text: string): boolean {
  return /^\w+:\/\//.test(withoutScheme(text))
}
