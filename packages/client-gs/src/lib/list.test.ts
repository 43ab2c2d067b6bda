import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles, isClientError } from '@ltx/client-core'
import { toTxid } from '@ltx/format'
import { chunksOf, fakeWorlds, fileBytes, key, readAll, TIME_MS } from '../../test/material.ts'

const { world } = await fakeWorlds()
const nameOf = (txid: bigint): string =>
  `app/db/ltx/0/${txid.toString(16).padStart(16, '0')}-${txid.toString(16).padStart(16, '0')}.ltx`

test('listLevel: from the last of seven files in pages of two → one request, as the service skips to it', async () => {
  const { bucket, client } = world()
  for (let txid = 1n; txid <= 7n; txid++) bucket.store(nameOf(txid), Buffer.from(fileBytes(key(0, txid))))
  const all = await collectFiles(client.listFiles(0))
  assert.equal(all.length, 7)
  assert.equal(bucket.count('LIST'), 4)
  const rest = await collectFiles(client.listFiles(0, { from: toTxid(7n) }))
  assert.deepEqual(
    rest.map(({ minTXID }) => minTXID),
    [7n],
  )
  assert.equal(bucket.count('LIST'), 5)
})

test('listLevel: thousands of objects in folders below the level → a request each page, none for what is in the folders', async () => {
  const { bucket, client } = world()
  for (let index = 0; index < 1000; index++) bucket.store(`app/db/ltx/0/folder/${index}`, Buffer.alloc(1))
  bucket.store(nameOf(1n), Buffer.from(fileBytes(key(0, 1n))))
  assert.equal((await collectFiles(client.listFiles(0))).length, 1)
  assert.equal(bucket.count('LIST'), 1)
})

test('listLevel: copied by somebody without metadata → the time of copying, and the header when it has to be exact', async () => {
  const { bucket, client } = world()
  bucket.store(nameOf(1n), Buffer.from(fileBytes(key(0, 1n))), {
    metadata: { 'litestream-timestamp': 'yesterday' },
  })
  await client.writeFile(key(0, 2n), () => chunksOf(fileBytes(key(0, 2n))))
  bucket.store(nameOf(3n), Buffer.from(fileBytes(key(0, 3n))))
  const plain = await collectFiles(client.listFiles(0))
  assert.deepEqual(
    plain.map(({ createdAtMs }) => createdAtMs > TIME_MS),
    [true, false, true],
  )
  assert.equal(bucket.count('GET'), 0)
  const exact = await collectFiles(client.listFiles(0, { exactTimestamps: true }))
  assert.deepEqual(
    exact.map(({ createdAtMs }) => createdAtMs),
    [TIME_MS, TIME_MS, TIME_MS],
  )
  assert.equal(bucket.count('GET'), 2, 'headers of the two that lack it')
})

test('listLevel: a bucket that is missing → CLIENT_BAD_OPTIONS, not an empty level', async () => {
  const { client } = world({ bucket: 'no-such-bucket' })
  await assert.rejects(collectFiles(client.listFiles(0)), (error) =>
    isClientError(error, 'CLIENT_BAD_OPTIONS'),
  )
})

test('listLegacy: an old replica → every object below generations, and its bytes', async () => {
  const { bucket, client } = world()
  const paths = ['a', 'b', 'c'].map((name) => `generations/0123456789abcdef/wal/${name}.wal.lz4`)
  for (const path of [...paths, 'ltx/0/x', 'generations-of-others/y'])
    bucket.store(`app/db/${path}`, Buffer.from(path))
  assert.ok(client.legacy !== undefined)
  const found: string[] = []
  for await (const { path, size, modifiedAtMs } of client.legacy.list()) {
    found.push(path)
    assert.equal(size, path.length)
    assert.ok(Math.abs(Date.now() - modifiedAtMs) < 3_600_000)
  }
  assert.deepEqual(found, paths)
  const bytes = await readAll(client.legacy.read(paths[1] ?? ''))
  assert.equal(Buffer.from(bytes).toString(), paths[1])
  await assert.rejects(readAll(client.legacy.read('generations/x')), (error) =>
    isClientError(error, 'CLIENT_NOT_FOUND'),
  )
})
