// Started by writer.ts: the application, with a SQLite of its own.
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { serveCalls } from './child-calls.ts'

let database: Database.Database | null = null
let isWriting = false
let transactions = 0
let writing: Promise<void> = Promise.resolve()

serveCalls({
  open: (path: string) => {
    database = new Database(path)
    database.pragma('journal_mode = WAL')
    database.pragma('busy_timeout = 10000')
    database.exec('CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY, payload BLOB)')
  },
  write: (what: { transactions: number; bytes: number }) => {
    const insert = opened().prepare('INSERT INTO t(payload) VALUES (randomblob(?))')
    for (let turn = 0; turn < what.transactions; turn++) insert.run(what.bytes)
  },
  writeAtOnce: ({ rows, bytes }: { rows: number; bytes: number }) => {
    const insert = opened().prepare('INSERT INTO t(payload) VALUES (randomblob(?))')
    opened().transaction(() => {
      for (let row = 0; row < rows; row++) insert.run(bytes)
    })()
  },
  begin: () => {
    isWriting = true
    transactions = 0
    writing = writeUntilTold()
  },
  pause: async () => {
    isWriting = false
    await writing
    return transactions
  },
  image: () => new Uint8Array(opened().serialize()),
  close: () => {
    database?.close()
    database = null
  },
})

function opened(): Database.Database {
  if (database === null) throw new Error('the database is not open')
  return database
}

/** Rows come, change and go; pages are used again; now and then the whole file is written anew. */
async function writeUntilTold(): Promise<void> {
  for (let round = 0; isWriting; round++) {
    const writer = opened()
    writer.transaction(() => {
      const rows = round % 5 === 0 ? 12 : 2
      for (let row = 0; row < rows; row++) writer.exec('INSERT INTO t(payload) VALUES (randomblob(700))')
      if (round % 3 === 0) writer.exec(`UPDATE t SET payload = randomblob(600) WHERE id % 17 = ${round % 17}`)
      if (round % 4 === 0) writer.exec('DELETE FROM t WHERE id IN (SELECT id FROM t ORDER BY id LIMIT 4)')
      if (round % 11 === 10) writer.exec('DELETE FROM t WHERE id % 2 = 0')
    })()
    transactions++
    if (round % 23 === 22) {
      writer.exec('VACUUM')
      transactions++
    }
    await sleep(15)
  }
}
