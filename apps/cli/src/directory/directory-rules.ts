import { basename } from 'node:path'
import { parseTemporaryName } from '@ltx/env'
import type { Config, DatabaseConfig } from '../config/config.ts'
import { isBelow, nameFilter } from '../config/database-below.ts'
import type { CommandIo } from '../program/io.ts'
import { resolveReplica } from '../replica/resolve-replica.ts'

/** Where an entry with `dir` looks for databases. */
export interface DirectoryRules {
  /** Absolute. */
  readonly root: string
  readonly pattern: string
  readonly recursive: boolean
  /** May a file of this name be one of its databases? */
  readonly isCandidate: (name: string) => boolean
  /** Is this directory looked into? Not those that are ours: state folders, and a replica that is kept inside. */
  readonly isEntered: (directory: string) => boolean
}

/** @throws {ConfigError} the entry's replica cannot be */
export function directoryRules(config: Config, entry: DatabaseConfig, io: CommandIo): DirectoryRules {
  const place = resolveReplica(config, entry, io)
  const places = [entry.metaPath, entry.metaDirectory, place.type === 'file' ? place.path : null]
  // One that the whole directory lies in says nothing about what is in there.
  const ours = new Set(places.filter((path) => path !== null && isBelow(entry.directory, path)))
  const fits = nameFilter(entry, io)
  return {
    root: entry.directory,
    pattern: entry.section.text('pattern'),
    recursive: entry.section.isOn('recursive'),
    isCandidate: (name) => fits(name) && !isOwnTemporary(name),
    isEntered: (directory) => !isStateFolder(basename(directory)) && !ours.has(directory),
  }
}

function isStateFolder(name: string): boolean {
  return name.startsWith('.') && name.endsWith('-litestream')
}

/** A restore under way. Litestream's `NAME.tmp` may as well be somebody's database. */
function isOwnTemporary(name: string): boolean {
  return (parseTemporaryName(name)?.processId ?? null) !== null
}
