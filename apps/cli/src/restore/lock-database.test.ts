import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import { makeDatabase } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { lockDatabase } from './lock-database.ts'

test('lockDatabase: a database in rollback mode → nobody can read until it is released, and no byte changes', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'app.db')
  await makeDatabase(path)
  await (await lockDatabase(path))?.[Symbol.asyncDispose]() // switches it once
  const before = await readFile(path)
  const reader = new Sqlite(path, { timeout: 0 })
  const read = (): unknown => reader.prepare('SELECT count(*) FROM note').pluck().get()
  assert.equal(read(), 3)
  const lock = (await lockDatabase(path)) ?? assert.fail('not locked')
  assert.throws(read, /locked/)
  await lock[Symbol.asyncDispose]()
  assert.equal(read(), 3)
  assert.deepEqual(await readFile(path), before)
  reader.close()
  assert.deepEqual(await readdir(directory.path), ['app.db'])
})

test('lockDatabase: a reader in a transaction → null, then a lock when it is over', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'app.db')
  await makeDatabase(path)
  await (await lockDatabase(path))?.[Symbol.asyncDispose]()
  const reader = new Sqlite(path)
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM note').get()
  assert.equal(await lockDatabase(path), null)
  reader.exec('COMMIT')
  const lock = (await lockDatabase(path)) ?? assert.fail('not locked')
  await lock[Symbol.asyncDispose]()
  reader.close()
})

test('lockDatabase: somebody holds it in WAL mode → null; gone → it is in rollback mode', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'app.db')
  await makeDatabase(path)
  const other = new Sqlite(path)
  other.exec('INSERT INTO note VALUES (4)')
  assert.equal(await lockDatabase(path), null)
  other.close()
  const lock = (await lockDatabase(path)) ?? assert.fail('not locked')
  await lock[Symbol.asyncDispose]()
  assert.deepEqual([...(await readFile(path)).subarray(18, 20)], [1, 1])
  assert.deepEqual(await readdir(directory.path), ['app.db'])
})

test('lockDatabase: no file, no database → SQLite’s error', async () => {
  await using directory = await temporaryDirectory()
  await assert.rejects(lockDatabase(join(directory.path, 'none.db')), /unable to open/)
})
