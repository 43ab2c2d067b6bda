import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'better-sqlite3'
import { test } from 'vitest'
import { checkpointedCopy, compareDatabases, countOrders } from './compare-databases.ts'

test('compareDatabases: a copy with its WAL applied → equal; one byte changed → that page', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'demo-compare-'))
  const [source, first, second] = ['app.db', 'first.db', 'second.db'].map((name) => path.join(folder, name))
  assert.ok(source !== undefined && first !== undefined && second !== undefined)
  const database = new Database(source)
  try {
    database.pragma('journal_mode = WAL')
    database.exec('CREATE TABLE orders(id INTEGER PRIMARY KEY); INSERT INTO orders VALUES (1), (2)')
    checkpointedCopy(source, first)
    checkpointedCopy(source, second)
    assert.equal(countOrders(first), 2)
    assert.deepEqual(compareDatabases(first, second), { pages: 2, bytes: 8192, differing: [] })
    const bytes = readFileSync(second)
    bytes.writeUInt8(bytes.readUInt8(5000) ^ 1, 5000)
    writeFileSync(second, bytes)
    assert.deepEqual(compareDatabases(first, second).differing, [2])
    writeFileSync(second, bytes.subarray(0, 4096))
    assert.deepEqual(compareDatabases(first, second).differing, [2])
  } finally {
    database.close()
    rmSync(folder, { recursive: true })
  }
})
