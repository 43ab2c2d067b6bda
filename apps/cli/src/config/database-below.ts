import { basename, dirname, join, relative, sep } from 'node:path'
import { parseGlob } from '../directory/glob.ts'
import type { CommandIo } from '../program/io.ts'
import type { Config, DatabaseConfig } from './config.ts'

/** Files beside a database that are none. */
const SIDECAR = /-(?:wal|shm|journal)$/

/**
 * What an entry with `dir` means for one database in that directory: its state folder and its place in the replica.
 *
 * @param path Absolute, below the directory.
 * @see spec-cli §2.6
 */
export function databaseBelow(entry: DatabaseConfig, path: string): DatabaseConfig {
  const relativePath = relative(entry.directory, path)
  return {
    ...entry,
    path,
    relativePath: relativePath.split(sep).join('/'),
    metaPath: metaPathBelow(entry, relativePath),
  }
}

/** Whether a path's last part may be that of a database by the entry's pattern. */
export function nameFilter(
  entry: DatabaseConfig,
  { platform }: Pick<CommandIo, 'platform'>,
): (name: string) => boolean {
  const fits = parseGlob(entry.section.text('pattern'), platform === 'win32')
  return (name) => fits?.(name) === true && !SIDECAR.test(name)
}

/** The entry of a path: its own, else what the first directory that it fits says of it; `null`: none. */
export function entryOf(
  config: Config,
  path: string,
  io: Pick<CommandIo, 'platform'>,
): DatabaseConfig | null {
  const own = config.databases.find((database) => database.path !== '' && database.path === path)
  if (own !== undefined) return own
  const entry = config.databases.find(
    (database) =>
      database.directory !== '' &&
      isBelow(database.directory, path) &&
      (database.section.isOn('recursive') || dirname(path) === database.directory) &&
      nameFilter(database, io)(basename(path)),
  )
  return entry === undefined ? null : databaseBelow(entry, path)
}

/** Is `path` inside `directory`? Both absolute. */
export function isBelow(directory: string, path: string): boolean {
  return path.startsWith(directory.endsWith(sep) ? directory : `${directory}${sep}`)
}

function metaPathBelow(entry: DatabaseConfig, relativePath: string): string | null {
  const metaDir = entry.metaDirectory
  const [base, name] = [dirname(relativePath), basename(relativePath)]
  if (metaDir !== null) return join(metaDir, base, `${name}-litestream`)
  return entry.metaPath === null ? null : join(entry.metaPath, base, `.${name}-litestream`)
}
