// Started by application.ts: the application, with a SQLite of its own.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import type { ApplicationStart } from './application.ts'
import { serveCalls } from './child-calls.ts'

let database: Database.Database | null = null
let isWriting = false
let writing: Promise<void> = Promise.resolve()
const commits: string[] = []

serveCalls({
  open: ({ path, pageSize, synchronous }: ApplicationStart) => {
    database = new Database(path)
    database.pragma(`page_size = ${pageSize}`)
    database.pragma('journal_mode = WAL')
    database.pragma(`synchronous = ${synchronous ?? 'NORMAL'}`)
    database.pragma('busy_timeout = 10000')
    database.exec('CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY, payload BLOB)')
  },
  exec: (sql: string) => {
    opened().exec(sql)
  },
  rows: (sql: string) => opened().prepare(sql).all(),
  /** The whole database as the last commit left it, without touching the WAL. */
  image: (output: string) => writeFileSync(output, opened().serialize()),
  checkpoint: (mode: string) => opened().pragma(`wal_checkpoint(${mode})`),
  beginWriting: () => {
    isWriting = true
    writing = writeUntilTold()
  },
  stopWriting: async () => {
    isWriting = false
    await writing
    return commits
  },
  close: () => {
    database?.close()
    database = null
  },
})

function opened(): Database.Database {
  if (database === null) throw new Error('the database is not open')
  return database
}

/** Transactions of many shapes, each followed by a hash of the database as it left it. */
async function writeUntilTold(): Promise<void> {
  keepHash()
  for (let round = 0; isWriting; round++) {
    const writer = opened()
    writer.transaction(() => {
      const rows = round % 5 === 0 ? 12 : 2
      for (let row = 0; row < rows; row++) writer.exec('INSERT INTO t(payload) VALUES (randomblob(700))')
      if (round % 3 === 0) writer.exec(`UPDATE t SET payload = randomblob(600) WHERE id % 17 = ${round % 17}`)
      if (round % 4 === 0) writer.exec('DELETE FROM t WHERE id IN (SELECT id FROM t ORDER BY id LIMIT 4)')
      if (round % 11 === 10) writer.exec('DELETE FROM t WHERE id % 2 = 0')
    })()
    keepHash()
    if (round % 13 === 12) {
      writer.exec('VACUUM')
      keepHash()
    }
    await sleep(20)
  }
}

function keepHash(): void {
  commits.push(createHash('sha256').update(opened().serialize()).digest('hex'))
}
