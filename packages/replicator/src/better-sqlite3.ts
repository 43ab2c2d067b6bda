import Database from 'better-sqlite3'
import { checkSqliteVersion } from './lib/sqlite/check-sqlite-version.ts'
import type {
  SqliteConnection,
  SqliteDriver,
  SqliteOpenOptions,
  SqliteRow,
} from './lib/sqlite/sqlite-driver.ts'

/**
 * The driver over `better-sqlite3`, the default.
 *
 * @throws {ReplicatorError} `REPLICATOR_OLD_SQLITE` when its SQLite is older than 3.51.3.
 */
export function betterSqlite3Driver(): SqliteDriver {
  const memory = new Database(':memory:')
  const version = memory.prepare('SELECT sqlite_version()').pluck().get() as string
  memory.close()
  checkSqliteVersion('better-sqlite3', version)
  return { name: 'better-sqlite3', sqliteVersion: version, open }
}

function open(path: string, options: SqliteOpenOptions): SqliteConnection {
  const database = new Database(path, { timeout: options.busyTimeoutMs, fileMustExist: options.mustExist })
  database.unsafeMode(true) // lifts DEFENSIVE, which refuses writable_schema
  return {
    exec: (sql) => {
      database.exec(sql)
    },
    pragma: (text) => database.pragma(text) as SqliteRow[],
    get inTransaction() {
      return database.inTransaction
    },
    close: () => {
      database.close()
    },
  }
}
