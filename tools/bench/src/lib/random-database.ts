import SqliteDatabase from 'better-sqlite3'
import { PAGE_SIZE } from './sample-database.ts'

const BLOB_BYTES = 16_000
const BLOBS_PER_STEP = 256

/** Makes a database of about `bytes` in WAL mode whose pages do not compress. */
export function makeRandomDatabase(file: string, bytes: number): void {
  const database = new SqliteDatabase(file)
  try {
    database.pragma(`page_size = ${PAGE_SIZE}`)
    database.pragma('journal_mode = OFF')
    database.pragma('synchronous = OFF')
    database.exec('CREATE TABLE blobs(id INTEGER PRIMARY KEY, content BLOB)')
    const fill = database.prepare('INSERT INTO blobs(content) VALUES (randomblob(?))')
    const step = database.transaction(() => {
      for (let count = 0; count < BLOBS_PER_STEP; count++) fill.run(BLOB_BYTES)
    })
    for (let filled = 0; filled < bytes; filled += BLOB_BYTES * BLOBS_PER_STEP) step()
    database.pragma('journal_mode = WAL')
    database.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    database.close()
  }
}
