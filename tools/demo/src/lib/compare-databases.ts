import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import Database from 'better-sqlite3'

/** Where SQLite keeps its locks; carries no data. */
const LOCK_BYTE = 0x4000_0000

/** What SQLite recovers from a database and its WAL, in a copy with everything in one file. */
export function checkpointedCopy(database: string, copy: string): void {
  for (const suffix of ['', '-wal']) {
    if (existsSync(database + suffix)) copyFileSync(database + suffix, copy + suffix)
  }
  const opened = new Database(copy)
  opened.pragma('wal_checkpoint(TRUNCATE)')
  opened.close()
}

export interface Comparison {
  readonly pages: number
  readonly bytes: number
  /** Page numbers, from 1. */
  readonly differing: readonly number[]
}

/** Compares page by page, the lock page excepted. A page that only one of them has differs. */
export function compareDatabases(first: string, second: string): Comparison {
  const a = readFileSync(first)
  const b = readFileSync(second)
  const pageSize = pageSizeOf(a)
  const pages = Math.ceil(Math.max(a.length, b.length) / pageSize)
  const differing: number[] = []
  for (let index = 0; index < pages; index++) {
    const start = index * pageSize
    const same = a.subarray(start, start + pageSize).equals(b.subarray(start, start + pageSize))
    if (!same && start !== LOCK_BYTE) differing.push(index + 1)
  }
  return { pages, bytes: a.length, differing }
}

/** Bytes 16 and 17 of the header; 1 stands for 65536. */
function pageSizeOf(database: Buffer): number {
  const stored = database.readUInt16BE(16)
  return stored === 1 ? 65_536 : stored
}

export function countOrders(file: string): number {
  const database = new Database(file, { readonly: true })
  try {
    const row = database.prepare('SELECT count(*) AS orders FROM orders').get() as { orders: number }
    return row.orders
  } finally {
    database.close()
  }
}
