import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles, isClientError } from '@ltx/client-core'
import { chunksOf, fakeWorlds, fileBytes, key, TIME_MS } from '../../test/material.ts'
import { manyOf } from './list.ts'

const { world } = await fakeWorlds(3)

test('list: several pages from a TXID on → the service skips to it, and a straddling file is left out', async () => {
  const { client, count } = world()
  for (let min = 1n; min <= 9n; min++) {
    const file = key(1, min, min + 1n)
    await client.writeFile(file, () => chunksOf(fileBytes(file)))
  }
  const before = count('ListObjects')
  const files = await collectFiles(client.listFiles(1, { from: key(1, 6n).minTXID }))
  assert.deepEqual(
    files.map(({ minTXID }) => minTXID),
    [6n, 7n, 8n, 9n],
  )
  assert.equal(count('ListObjects'), before + 2)
})

test('list: exact timestamps → one look at each file, and the times of its header', async () => {
  const { client, count } = world()
  for (const min of [1n, 2n, 3n, 4n]) {
    const file = key(0, min)
    await client.writeFile(file, () => chunksOf(fileBytes(file)), { earliestAtMs: TIME_MS - 5 })
  }
  const before = count('HeadObject')
  const files = await collectFiles(client.listFiles(0, { exactTimestamps: true }))
  assert.deepEqual(
    files.map(({ createdAtMs, earliestAtMs }) => [createdAtMs, earliestAtMs]),
    Array.from({ length: 4 }, () => [TIME_MS, TIME_MS - 5]),
  )
  assert.equal(count('HeadObject'), before + 4)
})

test('list: copied without its metadata → the time in its header, when it is asked for', async () => {
  const { client, bucket } = world()
  const file = key(0, 1n)
  bucket.put('app/db/0000/0000000000000001-0000000000000001.ltx', Buffer.from(fileBytes(file)), {})
  const [plain] = await collectFiles(client.listFiles(0))
  assert.ok(Math.abs((plain?.createdAtMs ?? 0) - Date.now()) < 60_000)
  const [exact] = await collectFiles(client.listFiles(0, { exactTimestamps: true }))
  assert.equal(exact?.createdAtMs, TIME_MS)
})

test('list: a look at a file that fails → the listing fails; a wrong time would restore the wrong data', async () => {
  const { client, fail } = world()
  const file = key(0, 1n)
  await client.writeFile(file, () => chunksOf(fileBytes(file)))
  fail({ kind: 'refuse', status: 503, code: 'SlowDown' }, 'HeadObject')
  await assert.rejects(collectFiles(client.listFiles(0, { exactTimestamps: true })), (error) =>
    isClientError(error, 'CLIENT_BUSY'),
  )
})

test('list: other keys, also with odd names, across a page → skipped', async () => {
  const { client, bucket } = world()
  const file = key(0, 1n)
  await client.writeFile(file, () => chunksOf(fileBytes(file)))
  for (const name of [
    '!',
    'a&b<c>',
    'é \u0001',
    '0000000000000001-0000000000000001.ltx.tmp',
    'x/0000000000000001-0000000000000001.ltx',
  ]) {
    bucket.put(`app/db/0000/${name}`, Buffer.from('x'), {})
  }
  assert.equal((await collectFiles(client.listFiles(0))).length, 1)
})

test('manyOf: none, one, several → a list', () => {
  assert.deepEqual(
    [manyOf(undefined), manyOf(''), manyOf('a'), manyOf(['a', 'b'])],
    [[], [], ['a'], ['a', 'b']],
  )
})
