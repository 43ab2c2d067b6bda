import { persistWalExtension, type SqliteExtension } from '@ltx/kernels'
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
 * @param persistWal The extension that lets our connections leave the `-wal` when they are the last to close: that of `@ltx/native`
 *   where it is installed. `null`: SQLite deletes the `-wal`, as ever.
 * @throws {ReplicatorError} `REPLICATOR_OLD_SQLITE` when its SQLite is older than 3.51.3.
 */
export function betterSqlite3Driver(
  persistWal: SqliteExtension | null = persistWalExtension(),
): SqliteDriver {
  const memory = new Database(':memory:')
  const version = memory.prepare('SELECT sqlite_version()').pluck().get() as string
  memory.close()
  checkSqliteVersion('better-sqlite3', version)
  return {
    name: 'better-sqlite3',
    sqliteVersion: version,
    open: (path, options) => open(path, options, persistWal),
  }
}

function open(
  path: string,
  options: SqliteOpenOptions,
  persistWal: SqliteExtension | null,
): SqliteConnection {
  const database = new Database(path, { timeout: options.busyTimeoutMs, fileMustExist: options.mustExist })
  database.unsafeMode(true) // lifts DEFENSIVE, which refuses writable_schema
  if (persistWal !== null) keepWal(database, persistWal)
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

/**
 * Whoever closes last deletes the `-wal`; with this we do not, and the next start finds in it where it was. Each of our connections needs
 * it. Where it cannot be set, a missing WAL at the next start is an ordinary case.
 */
function keepWal(database: Database.Database, { file, entryPoint }: SqliteExtension): void {
  // its types leave the second argument out
  const extensible = database as { loadExtension(file: string, entryPoint: string): unknown }
  try {
    extensible.loadExtension(file, entryPoint)
  } catch {
    // a build of SQLite without extensions, or a file system without this control
  }
}
