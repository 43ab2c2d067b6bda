import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createHeader, FileEncoder, toTxid } from '@ltx/format'

/** One committed state of a database, and the LTX file that leads to it from the state before. */
export interface HistoryStep {
  readonly txid: bigint
  readonly timestampMs: number
  /** The whole database file, checkpointed. */
  readonly image: Uint8Array
  /** Only the pages that changed. */
  readonly file: Uint8Array
  /** The whole image as an LTX file with TXIDs 1 to `txid`. */
  readonly snapshot: Uint8Array
}

const FIRST_MS = Date.UTC(2026, 0, 2, 3, 4, 5)

/** One minute between commits, so that a timestamp between two is easy to name. */
export const STEP_MS = 60_000

/** What happens in each transaction: growth, changes in place, an index, a shrinking VACUUM. */
const TRANSACTIONS: readonly string[] = [
  'CREATE TABLE t(id INTEGER PRIMARY KEY, payload BLOB)',
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
   INSERT INTO t(payload) SELECT randomblob(300) FROM n`,
  'UPDATE t SET payload = zeroblob(300) WHERE id % 7 = 0',
  'CREATE INDEX by_payload ON t(payload)',
  'DELETE FROM t WHERE id > 100',
  'VACUUM',
  'INSERT INTO t(payload) VALUES (randomblob(200000))',
]

/** Runs a short life of a real database and keeps every committed state. */
export function databaseHistory(pageSize: number): HistoryStep[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'peer-history-'))
  const file = path.join(folder, 'app.db')
  try {
    const steps: HistoryStep[] = []
    let before: Uint8Array = new Uint8Array(0)
    for (const [index, sql] of TRANSACTIONS.entries()) {
      const image = imageAfter(file, pageSize, sql)
      const txid = BigInt(index + 1)
      const timestampMs = FIRST_MS + index * STEP_MS
      steps.push({
        txid,
        timestampMs,
        image,
        file: encodeDifference({ before, image, pageSize, minTXID: txid, maxTXID: txid, timestampMs }),
        snapshot: encodeDifference({
          before: new Uint8Array(0),
          image,
          pageSize,
          minTXID: 1n,
          maxTXID: txid,
          timestampMs,
        }),
      })
      before = image
    }
    return steps
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The last connection to close checkpoints everything, so the file alone is the database. */
function imageAfter(file: string, pageSize: number, sql: string): Uint8Array {
  const database = new DatabaseSync(file)
  database.exec(`PRAGMA page_size = ${pageSize}; PRAGMA journal_mode = WAL`)
  database.exec(sql)
  database.close()
  return new Uint8Array(readFileSync(file))
}

interface Difference {
  readonly before: Uint8Array
  readonly image: Uint8Array
  readonly pageSize: number
  readonly minTXID: bigint
  readonly maxTXID: bigint
  readonly timestampMs: number
}

function encodeDifference({
  before,
  image,
  pageSize,
  minTXID,
  maxTXID,
  timestampMs,
}: Difference): Uint8Array {
  const commit = image.length / pageSize
  const header = createHeader({
    pageSize,
    commit,
    minTXID: toTxid(minTXID),
    maxTXID: toTxid(maxTXID),
    timestampMs,
  })
  const encoder = new FileEncoder(header)
  for (let start = 0; start < image.length; start += pageSize) {
    const page = image.subarray(start, start + pageSize)
    if (!sameBytes(page, before.subarray(start, start + pageSize)))
      encoder.writePage(start / pageSize + 1, page)
  }
  encoder.finish()
  return encoder.take()
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0
}
