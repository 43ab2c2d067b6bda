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
  if (persistWal !== null && options.mustExist) keepWal(database, persistWal) // else it is no database of anybody's
  const asked = new Map<string, Database.Statement>()
  return {
    exec: (sql) => {
      database.exec(sql)
    },
    pragma: (text) => rowsOf(asked.get(text) ?? prepared(database, text, asked)),
    get inTransaction() {
      return database.inTransaction
    },
    close: () => {
      database.close()
    },
  }
}

/** Those that are asked at each sync: preparing one costs more than its answer. */
const ASKED_AGAIN = /^main\.wal_checkpoint\(NOOP\)$/

function prepared(
  database: Database.Database,
  pragma: string,
  asked: Map<string, Database.Statement>,
): Database.Statement {
  const statement = database.prepare(`PRAGMA ${pragma}`)
  if (statement.reader) statement.raw() // as objects the library would compile a function for each statement
  if (ASKED_AGAIN.test(pragma)) asked.set(pragma, statement)
  return statement
}

function rowsOf(statement: Database.Statement): SqliteRow[] {
  if (!statement.reader) {
    statement.run()
    return []
  }
  const names = statement.columns().map(({ name }) => name)
  return (statement.all() as unknown[][]).map((values) =>
    Object.fromEntries(values.map((value, index) => [names[index] ?? '', value])),
  )
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
