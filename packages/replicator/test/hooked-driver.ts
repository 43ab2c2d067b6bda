import type { SqliteConnection, SqliteDriver, SqliteOpenOptions } from '../src/lib/sqlite/sqlite-driver.ts'

/** A driver on which a test can act right before a statement of ours, and which can lose its connections as a dying process does. */
export class HookedDriver implements SqliteDriver {
  readonly name: string
  readonly sqliteVersion: string
  /** Everything that was executed, in order. */
  readonly statements: string[] = []
  readonly #driver: SqliteDriver
  readonly #open = new Set<SqliteConnection>()
  readonly #watchers = new Set<(sql: string) => void>()

  constructor(driver: SqliteDriver) {
    this.#driver = driver
    this.name = driver.name
    this.sqliteVersion = driver.sqliteVersion
  }

  /** Calls `watcher` before each statement, until the returned function is called. What it throws, SQLite seems to throw. */
  before(watcher: (sql: string) => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** The first time `statement` comes, `act` comes before it. */
  once(statement: string, act: () => void): void {
    const stop = this.before((sql) => {
      if (sql !== statement) return
      stop()
      act()
    })
  }

  /** All connections end, as if the process had been killed: nothing of ours runs any more. */
  crash(): void {
    for (const connection of this.#open) connection.close()
    this.#open.clear()
  }

  open(path: string, options: SqliteOpenOptions): SqliteConnection {
    this.#tell(`open ${path}`)
    const connection = this.#driver.open(path, options)
    this.#open.add(connection)
    return {
      exec: (sql) => {
        for (const statement of sql.split('; ')) {
          this.#tell(statement.replace(/^PRAGMA /, '')) // as `pragma` would be told
          connection.exec(statement)
        }
      },
      pragma: (text) => {
        this.#tell(text)
        return connection.pragma(text)
      },
      get inTransaction() {
        return connection.inTransaction
      },
      close: () => {
        this.#tell('close')
        this.#open.delete(connection)
        connection.close()
      },
    }
  }

  #tell(sql: string): void {
    this.statements.push(sql)
    const watchers = [...this.#watchers]
    for (const watcher of watchers) watcher(sql) // one that is added now comes with the next statement
  }
}

/** As better-sqlite3 throws them. */
export function sqliteError(code: string): Error {
  return Object.assign(new Error(`${code}: made by the test`), { code })
}
