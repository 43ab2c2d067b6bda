import { basename, dirname } from 'node:path'
import type { Env } from '@ltx/env'
import { ReplicatorError } from '../errors.ts'
import { DatabaseFiles } from '../follow/database-files.ts'
import type { KeptDescriptors } from '../follow/kept-descriptors.ts'
import { Pin, sqliteCode } from '../follow/pin.ts'
import type { SqliteDriver } from '../sqlite/sqlite-driver.ts'

/** Connections and descriptors of a database, opened in the order that keeps SQLite's locks. */
export interface OpenDatabase {
  readonly pin: Pin
  readonly files: DatabaseFiles
  /** The database was in another journal mode and has been switched, once. */
  readonly switchedToWal: boolean
}

/**
 * Opens a database that exists and is not empty.
 *
 * @throws {ReplicatorError} `REPLICATOR_NOT_A_DATABASE`, `REPLICATOR_NOT_WAL`, `REPLICATOR_TWO_NAMES` for a symbolic link
 */
export function openDatabase(
  env: Env,
  driver: SqliteDriver,
  path: string,
  kept: KeptDescriptors | null,
): OpenDatabase {
  const pin = Pin.open(driver, path)
  const files = new DatabaseFiles(env.blockingFiles, path, kept)
  try {
    refuseLink(env, pin, path)
    files.open()
    return { pin, files, switchedToWal: switchToWal(pin, path) }
  } catch (error) {
    pin.close()
    files.close()
    throw error
  }
}

/** SQLite follows a symbolic link and keeps the `-wal` beside the file it leads to: events, sizes and frames would be looked for in vain. */
function refuseLink(env: Env, pin: Pin, path: string): void {
  const file = pin.idle.pragma('database_list')[0]?.['file']
  if (typeof file !== 'string' || file === '' || file === path) return
  const folderOf = (name: string): string => {
    const stat = env.blockingFiles.stat(dirname(name))
    return `${stat?.dev}:${stat?.ino}`
  }
  if (basename(file) === basename(path) && folderOf(file) === folderOf(path)) return // a link further up: both names share one folder
  const message = `${path} is a symbolic link. SQLite keeps the WAL beside ${file}: replicate the database under that name`
  throw new ReplicatorError('REPLICATOR_TWO_NAMES', message)
}

function switchToWal(pin: Pin, path: string): boolean {
  try {
    if (journalMode(pin, 'journal_mode') === 'wal') return false
    const mode = journalMode(pin, 'journal_mode=wal')
    if (mode === 'wal') return true
    throw new ReplicatorError(
      'REPLICATOR_NOT_WAL',
      `${path} stays in journal mode ${mode}; replication needs WAL mode`,
    )
  } catch (cause) {
    const code = sqliteCode(cause)
    if (code === 'SQLITE_NOTADB')
      throw new ReplicatorError('REPLICATOR_NOT_A_DATABASE', `${path} is not a SQLite database`, { cause })
    if (code !== 'SQLITE_BUSY' && code !== 'SQLITE_LOCKED') throw cause
    const message = `${path} is in use in another journal mode; run PRAGMA journal_mode=wal in the application, or close its connections for a moment`
    throw new ReplicatorError('REPLICATOR_NOT_WAL', message, { cause })
  }
}

function journalMode(pin: Pin, pragma: string): string {
  return String(pin.idle.pragma(pragma)[0]?.['journal_mode'])
}
