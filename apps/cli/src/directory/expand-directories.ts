import type { Logger } from '@ltx/env'
import { metaPathOf } from '../local/local-state.ts'
import { keyPlace, type Config, type DatabaseConfig } from '../config/config.ts'
import { databaseBelow } from '../config/database-below.ts'
import { ConfigError, placeOf } from '../config/errors.ts'
import type { CommandIo } from '../program/io.ts'
import { directoryRules } from './directory-rules.ts'
import { findDatabases } from './find-databases.ts'
import { refuseSharedReplicas } from './refuse-shared-replicas.ts'

export interface ExpandParts {
  readonly config: Config
  readonly io: CommandIo
  readonly logger: Logger
  /** They are about to be followed: a directory with no database in it that is not watched is an error, and what was found is told. */
  readonly toFollow: boolean
}

/**
 * The databases of the configuration, those in the directories of its entries with `dir` included. For use where nothing is followed
 * yet: reads the beginning of every file that fits.
 *
 * @throws {CommandError} a directory cannot be read
 * @throws {ConfigError} nothing is found, or two entries mean one database, one state folder or one place of a replica
 */
export async function expandDirectories({
  config,
  io,
  logger,
  toFollow,
}: ExpandParts): Promise<DatabaseConfig[]> {
  const found: DatabaseConfig[] = []
  const own = new Set(config.databases.map(({ path }) => path))
  for (const entry of config.databases) {
    if (entry.directory === '') {
      found.push(entry)
      continue
    }
    const rules = directoryRules(config, entry, io)
    const paths = await findDatabases(rules, logger)
    const isWatched = entry.section.isOn('watch')
    if (paths.length === 0 && !isWatched && toFollow) {
      const place = keyPlace(config.file, entry.section, 'dir')
      throw new ConfigError(`${place}: no databases in ${entry.directory} fit the pattern ${rules.pattern}`)
    }
    logger.log(toFollow ? 'info' : 'debug', 'directory', {
      dir: entry.directory,
      count: paths.length,
      watch: isWatched,
    })
    for (const path of paths) if (!own.has(path)) found.push(databaseBelow(entry, path))
  }
  refuseShared(config, found)
  await refuseSharedReplicas(config, found, io)
  return found
}

/** The folder of a database's local state. */
export function metaPathFor({ path, metaPath }: Pick<DatabaseConfig, 'path' | 'metaPath'>): string {
  return metaPath ?? metaPathOf(path)
}

/** @throws {ConfigError} two entries mean one database or one state folder */
export function refuseShared(config: Config, databases: readonly DatabaseConfig[]): void {
  const byPath = new Map<string, DatabaseConfig>()
  const byMetaPath = new Map<string, DatabaseConfig>()
  for (const database of databases) {
    const place = placeOf(config.file, database.section.line)
    const twin = byPath.get(database.path)
    if (twin !== undefined) {
      const lines = `the entry in line ${twin.section.line} means it, too`
      throw new ConfigError(`${place}: ${database.path} is given twice: ${lines}`)
    }
    const metaPath = metaPathFor(database)
    const other = byMetaPath.get(metaPath)
    if (other !== undefined) {
      const both = `${other.path} and ${database.path}`
      throw new ConfigError(`${place}: ${both} would keep their local state in one folder, ${metaPath}`)
    }
    byPath.set(database.path, database)
    byMetaPath.set(metaPath, database)
  }
}
