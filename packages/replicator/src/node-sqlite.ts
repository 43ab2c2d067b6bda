import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { checkSqliteVersion } from './lib/sqlite/check-sqlite-version.ts'
import type { SqliteConnection, SqliteDriver, SqliteOpenOptions } from './lib/sqlite/sqlite-driver.ts'

/**
 * The driver over Node's own `node:sqlite`.
 *
 * @throws {ReplicatorError} `REPLICATOR_OLD_SQLITE` when its SQLite is older than 3.51.3, as in early Node 22.
 */
export function nodeSqliteDriver(): SqliteDriver {
  const memory = new DatabaseSync(':memory:')
  const row = memory.prepare('SELECT sqlite_version() AS version').get()
  memory.close()
  const version = String(row?.['version'])
  checkSqliteVersion('node:sqlite', version)
  return { name: 'node:sqlite', sqliteVersion: version, open }
}

function open(path: string, options: SqliteOpenOptions): SqliteConnection {
  const url = pathToFileURL(path)
  url.searchParams.set('mode', options.mustExist ? 'rw' : 'rwc')
  // `defensive` is newer than the types; without it off, writable_schema is refused
  const settings = { timeout: options.busyTimeoutMs, defensive: false }
  const database = new DatabaseSync(url, settings)
  let isOpen = true
  return {
    exec: (sql) => {
      database.exec(sql)
    },
    pragma: (text) => database.prepare(`PRAGMA ${text}`).all(),
    get inTransaction() {
      return database.isTransaction
    },
    close: () => {
      if (isOpen) database.close()
      isOpen = false
    },
  }
}
