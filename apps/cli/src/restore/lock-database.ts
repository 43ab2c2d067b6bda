import Sqlite from 'better-sqlite3'

/** SQLite waits so long for readers and blocks us meanwhile. New readers wait too, so that a steady stream of them does not keep us out. */
const BUSY_MS = 100

/**
 * Keeps everybody else from a database for a moment (`LockDatabase` of `@ltx/restore/follow`): an exclusive transaction in which
 * nothing is written. Opening it plays back what a crash has left. A database that somebody has switched to WAL mode is switched back,
 * since readers of a WAL would not see us.
 *
 * @returns `null` while others use the database
 */
export async function lockDatabase(path: string): Promise<AsyncDisposable | null> {
  const connection = new Sqlite(path, { fileMustExist: true, timeout: BUSY_MS })
  try {
    if (connection.pragma('journal_mode', { simple: true }) !== 'delete') {
      connection.pragma('journal_mode = DELETE')
    }
    connection.exec('BEGIN EXCLUSIVE')
    if (connection.pragma('journal_mode', { simple: true }) === 'delete') {
      return {
        async [Symbol.asyncDispose]() {
          connection.close() // gives up the transaction, in which nothing was written
        },
      }
    }
    connection.close() // somebody holds it in WAL mode
    return null
  } catch (error) {
    connection.close()
    if (isBusy(error)) return null
    throw error
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && /^SQLITE_(?:BUSY|LOCKED)/.test(error.code)
}
