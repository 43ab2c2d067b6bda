import assert from 'node:assert/strict'
import { simEnv } from '@ltx/env/sim'
import { test } from 'vitest'
import {
  legacyDatabase,
  legacyPage,
  LEGACY_PAGE_SIZE,
  legacyWal,
  writes,
} from '../../../test/legacy-replica.ts'
import { contentOf } from '../../../test/instant-env.ts'
import { BadWal, WalApplier } from './wal-applier.ts'

async function applied(wal: Uint8Array, chunkBytes: number, before: Uint8Array): Promise<Uint8Array> {
  const env = simEnv({ seed: 1 })
  await using database = await env.files.open('/db', 'create')
  await using scratch = await env.files.open('/wal', 'create')
  await database.write(before, 0)
  const applier = new WalApplier(database, scratch, LEGACY_PAGE_SIZE)
  for (let at = 0; at < wal.length; at += chunkBytes) await applier.push(wal.subarray(at, at + chunkBytes))
  assert.equal(applier.position, wal.length)
  await applier.finish(true)
  return await contentOf(env, '/db')
}

test('wal applier: chunks of any size → the same database', async () => {
  const wal = legacyWal(1, writes(2, [2, 1]), writes(3, [3, 2], [1, 2]), writes(3, [2, 3]))
  for (const chunkBytes of [1, 31, 33, 500, 1000, wal.length]) {
    assert.deepEqual(await applied(wal, chunkBytes, legacyDatabase(0, 0)), legacyDatabase(2, 3, 2))
  }
})

test('wal applier: more frames than one batch, the same pages again and again → the last image of each', async () => {
  const pages = 5
  const transactions = Array.from({ length: 9000 }, (_, index) =>
    writes(pages, [1 + (index % pages), index % 10], [1 + ((index + 2) % pages), index % 10]),
  )
  const last = new Map<number, Uint8Array>()
  for (const { pages: written } of transactions) {
    for (const { pageNumber, data } of written) last.set(pageNumber, data ?? legacyPage(pageNumber, 0))
  }
  const expected = Buffer.concat([1, 2, 3, 4, 5].map((pageNumber) => last.get(pageNumber) ?? assert.fail()))
  const found = await applied(legacyWal(1, ...transactions), 1_000_000, legacyDatabase(0))
  assert.equal(Buffer.compare(found, expected), 0)
})

test('wal applier: only a header, nothing committed → the database as it was', async () => {
  assert.deepEqual(await applied(legacyWal(1), 32, legacyDatabase(5)), legacyDatabase(5))
})

test('wal applier: pages of another size → BadWal', async () => {
  const env = simEnv({ seed: 1 })
  await using database = await env.files.open('/db', 'create')
  await using scratch = await env.files.open('/wal', 'create')
  const applier = new WalApplier(database, scratch, 1024)
  await assert.rejects(applier.push(legacyWal(1, writes(1, [1, 1]))), BadWal)
})
