/** A row of a pragma, by column name. */
export type SqliteRow = Readonly<Record<string, unknown>>

/**
 * One open connection. Every call blocks. Failures carry SQLite's code, as a name in `code` (`SQLITE_BUSY` …) or as a number in `errcode`:
 * `sqliteCode` reads either.
 */
export interface SqliteConnection {
  /** Runs one or more statements without results. */
  exec(sql: string): void
  /** Rows of `PRAGMA <text>`. Numbers are JavaScript numbers. */
  pragma(text: string): SqliteRow[]
  readonly inTransaction: boolean
  /** Closing twice is fine. */
  close(): void
}

export interface SqliteOpenOptions {
  /** How long SQLite itself waits for a lock, in milliseconds. */
  readonly busyTimeoutMs: number
  /** True: a missing file is an error (a `SqliteConnection` never makes a database by accident). False: it is made, 0 bytes long. */
  readonly mustExist: boolean
}

/**
 * The few things we ask of SQLite, so that an application's own driver can be used in its process (engine.md §10). Opens read-write,
 * with DEFENSIVE off.
 */
export interface SqliteDriver {
  /** `better-sqlite3`, `node:sqlite` … */
  readonly name: string
  /** The library's version, as `3.54.1`. */
  readonly sqliteVersion: string
  open(path: string, options: SqliteOpenOptions): SqliteConnection
}
