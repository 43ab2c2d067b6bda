import { ReplicatorError } from '../errors.ts'
import { sqliteCode } from '../follow/pin.ts'
import type { SqliteConnection, SqliteDriver } from '../sqlite/sqlite-driver.ts'

/**
 * One owner per state folder: an exclusive transaction on an empty SQLite file. It ends with its process, also on `kill -9`. Nothing is
 * ever written to the file, and it is never opened with `fs`: closing that descriptor would drop the lock (engine.md §8).
 */
export class StateLock implements Disposable {
  readonly #connection: SqliteConnection

  private constructor(connection: SqliteConnection) {
    this.#connection = connection
  }

  /** @throws {ReplicatorError} `REPLICATOR_LOCKED` when another process or Store has it; `REPLICATOR_DISK` when the folder cannot be used */
  static acquire(driver: SqliteDriver, metaPath: string): StateLock {
    const connection = openLock(driver, metaPath)
    try {
      connection.exec(LOCK)
      return new StateLock(connection)
    } catch (cause) {
      connection.close()
      if (!/^SQLITE_(BUSY|LOCKED)/.test(sqliteCode(cause))) throw unusable(metaPath, cause)
      const message = `another process replicates this database (it holds ${metaPath}/lock). Stop it first; two at once would mix their files`
      throw new ReplicatorError('REPLICATOR_LOCKED', message, { cause })
    }
  }

  release(): void {
    if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK')
    this.#connection.close()
  }

  [Symbol.dispose](): void {
    this.release()
  }
}

const LOCK = [
  'PRAGMA cache_size=2', // with 3 or more SQLite sets pages aside
  'PRAGMA shrink_memory', // as it has done for the pragma before
  'PRAGMA journal_mode=memory', // nothing is written: the journal that SQLite begins would be a file that is made and deleted each time
  'BEGIN EXCLUSIVE',
].join('; ')

function openLock(driver: SqliteDriver, metaPath: string): SqliteConnection {
  try {
    return driver.open(`${metaPath}/lock`, { busyTimeoutMs: 0, mustExist: false })
  } catch (cause) {
    throw unusable(metaPath, cause)
  }
}

function unusable(metaPath: string, cause: unknown): ReplicatorError {
  const message = `cannot use ${metaPath}/lock: give this user write access to the folder, or put it elsewhere with meta-path`
  return new ReplicatorError('REPLICATOR_DISK', message, { cause })
}
