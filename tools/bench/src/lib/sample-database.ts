import { statSync } from 'node:fs'
import SqliteDatabase from 'better-sqlite3'

export const PAGE_SIZE = 4096

const SCHEMA = `
  CREATE TABLE orders(id INTEGER PRIMARY KEY, customer TEXT, cents INTEGER, note TEXT, token BLOB);
  CREATE TABLE events(at INTEGER, what TEXT)`

/** Rows as applications have them: names and sentences that compress, tokens that do not. */
const FILL = `
  INSERT INTO orders(customer, cents, note, token)
  SELECT 'customer-' || (n * 7919 % 50021) || '@example.com', n * 31 % 99991,
    printf('order %d: %d pieces, shipped on day %d by %s, status %s', n, n * 31 % 97, n % 365,
      CASE n % 3 WHEN 0 THEN 'rail' WHEN 1 THEN 'road' ELSE 'post' END,
      CASE n % 5 WHEN 0 THEN 'paid' WHEN 1 THEN 'open' ELSE 'delivered and signed for' END),
    randomblob(48)
  FROM (WITH RECURSIVE numbers(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n < :last) SELECT n FROM numbers)`

const ROWS_PER_STEP = 50_000

/**
 * Makes a database of about `bytes` in WAL mode, fully checkpointed, with 4 KiB pages.
 *
 * @returns its size in bytes
 */
export function makeDatabase(file: string, bytes: number): number {
  const database = new SqliteDatabase(file)
  try {
    database.pragma(`page_size = ${PAGE_SIZE}`)
    database.pragma('journal_mode = OFF')
    database.pragma('synchronous = OFF')
    database.exec(SCHEMA)
    const fill = database.prepare(FILL)
    const rowsPerStep = Math.min(ROWS_PER_STEP, Math.max(1, Math.floor(bytes / 1000)))
    for (let first = 1; pagesOf(database) * PAGE_SIZE < bytes; first += rowsPerStep) {
      fill.run({ first, last: first + rowsPerStep - 1 })
    }
    database.pragma('journal_mode = WAL')
    database.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    database.close()
  }
  return statSync(file).size
}

function pagesOf(database: SqliteDatabase.Database): number {
  return Number(database.pragma('page_count', { simple: true }))
}
