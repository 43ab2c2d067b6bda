import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import SqliteDatabase from 'better-sqlite3'

/** SHA-256 of a file, in hex. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash)
  return hash.digest('hex')
}

/** The output of the measured work is what it must be, byte for byte. */
export async function mustHash(file: string, expected: string): Promise<void> {
  assert.equal(await hashOf(file), expected, `${file} does not hold the bytes that it must hold`)
}

/** Brings everything in the WAL into the database file; nobody else may use it now. The file is then the whole truth. */
export function checkpointFully(file: string): void {
  const database = new SqliteDatabase(file)
  try {
    const rows = database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
    assert.equal(rows[0]?.busy, 0, `${file} is in use`)
  } finally {
    database.close()
  }
}
