import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import type { Seeded } from './seeded.ts'

export interface HostileSettings {
  readonly path: string
  /** Names the application in the ledger. */
  readonly name: string
  /** Frames; 0: never by itself; `null`: SQLite's default. */
  readonly autocheckpoint: number | null
  /** Largest transaction, in rows of up to 3,000 bytes. */
  readonly rowsMax: number
  /** No VACUUM, no large deletes: changes stay small. */
  readonly gentle: boolean
}

const CONNECTIONS_MAX = 4

/** One application with several connections. Every committed transaction is counted in the database itself. */
export class HostileApp {
  readonly #settings: HostileSettings
  readonly #random: Seeded
  #connections: Database.Database[] = []
  /** Transactions whose commit has returned. */
  commits = 0

  constructor(settings: HostileSettings, random: Seeded) {
    this.#settings = settings
    this.#random = random
    const first = this.#open()
    first.exec('CREATE TABLE IF NOT EXISTS rows(id INTEGER PRIMARY KEY, body BLOB)')
    first.exec('CREATE TABLE IF NOT EXISTS ledger(name TEXT PRIMARY KEY, commits INTEGER)')
    first.prepare('INSERT OR REPLACE INTO ledger VALUES (?, 0)').run(settings.name)
  }

  /** One thing or another. Resolves between two transactions. */
  async act(): Promise<void> {
    const connection = this.#random.pick(this.#some())
    try {
      await this.#actWith(connection, this.#random.next())
    } catch (error) {
      if (!(error instanceof Database.SqliteError) || !/^SQLITE_(BUSY|LOCKED)/.test(error.code)) throw error
      if (connection.inTransaction) connection.exec('ROLLBACK')
    }
  }

  close(): void {
    for (const connection of this.#connections.splice(0)) connection.close()
  }

  async #actWith(connection: Database.Database, choice: number): Promise<void> {
    const random = this.#random
    const { gentle } = this.#settings
    if (choice < 0.66) this.#write(connection, () => this.#insertRows(connection))
    else if (choice < 0.7) await this.#writeSlowly(connection)
    else if (choice < 0.78) this.#write(connection, () => this.#deleteRows(connection))
    else if (choice < 0.82) this.#write(connection, () => this.#updateRows(connection))
    else if (choice < 0.87)
      connection.pragma(`wal_checkpoint(${random.pick(['PASSIVE', 'FULL', 'RESTART', 'TRUNCATE'])})`)
    else if (choice < 0.885) connection.pragma(`incremental_vacuum(${random.whole(1, 40)})`)
    else if (choice < 0.9 && !gentle) connection.exec('VACUUM')
    else if (choice < 0.93 && this.#connections.length < CONNECTIONS_MAX) this.#open()
    else if (choice < 0.955) this.#closeOne(connection)
    else if (choice < 0.97) await this.#readSlowly(connection)
    else await sleep(random.whole(0, 20))
  }

  #write(connection: Database.Database, change: () => void): void {
    connection.exec('BEGIN IMMEDIATE')
    change()
    if (this.#random.chance(0.1)) connection.exec('ROLLBACK')
    else this.#commit(connection)
  }

  /** Keeps a transaction open while others wait; a small cache spills its pages into the WAL. */
  async #writeSlowly(connection: Database.Database): Promise<void> {
    connection.exec('BEGIN IMMEDIATE')
    for (let part = 0; part < 3; part++) {
      this.#insertRows(connection)
      await sleep(this.#random.whole(1, 8))
    }
    if (this.#random.chance(0.4)) connection.exec('ROLLBACK')
    else this.#commit(connection)
  }

  #commit(connection: Database.Database): void {
    const counted = connection.prepare('UPDATE ledger SET commits = ? WHERE name = ?')
    counted.run(this.commits + 1, this.#settings.name)
    connection.exec('COMMIT')
    this.commits++
  }

  async #readSlowly(connection: Database.Database): Promise<void> {
    connection.exec('BEGIN')
    connection.prepare('SELECT count(*) FROM rows').get()
    await sleep(this.#random.whole(1, 60))
    connection.exec('COMMIT')
  }

  #insertRows(connection: Database.Database): void {
    const insert = connection.prepare('INSERT INTO rows(body) VALUES (?)')
    const rows = Math.min(this.#settings.rowsMax, this.#random.pick([1, 1, 1, 3, 20, 300]))
    for (let row = 0; row < rows; row++) insert.run(randomBytes(this.#random.whole(1, 3000)))
  }

  #deleteRows(connection: Database.Database): void {
    const random = this.#random
    if (this.#settings.gentle) {
      connection
        .prepare('DELETE FROM rows WHERE id IN (SELECT id FROM rows LIMIT 10 OFFSET ?)')
        .run(random.whole(0, 500))
    } else connection.prepare('DELETE FROM rows WHERE id % 7 = ?').run(random.whole(0, 6))
  }

  #updateRows(connection: Database.Database): void {
    const random = this.#random
    if (this.#settings.gentle) {
      const from = random.whole(0, 2000)
      connection
        .prepare('UPDATE rows SET body = randomblob(100) WHERE id BETWEEN ? AND ?')
        .run(from, from + 10)
    } else
      connection.prepare('UPDATE rows SET body = randomblob(100) WHERE id % 13 = ?').run(random.whole(0, 12))
  }

  #some(): readonly [Database.Database, ...Database.Database[]] {
    const [first = this.#open(), ...others] = this.#connections
    return [first, ...others]
  }

  #open(): Database.Database {
    const connection = new Database(this.#settings.path, { timeout: 10_000 })
    const { autocheckpoint } = this.#settings
    connection.pragma('journal_mode = WAL')
    connection.pragma(`synchronous = ${this.#random.pick(['NORMAL', 'FULL'])}`)
    connection.pragma(`cache_size = ${this.#random.pick([10, 200, 2000])}`)
    if (autocheckpoint !== null) connection.pragma(`wal_autocheckpoint = ${autocheckpoint}`)
    this.#connections.push(connection)
    return connection
  }

  #closeOne(connection: Database.Database): void {
    this.#connections = this.#connections.filter((other) => other !== connection)
    connection.close()
  }
}
