import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles, isClientError, type FileInfo } from '@ltx/client-core'
import { toTxid } from '@ltx/format'
import type { FakeContainer } from '../../test/fake-blobs.ts'
import { chunksOf, fakeWorlds, fileBytes, key, readAll, TIME_MS } from '../../test/material.ts'

const { server, world } = await fakeWorlds()
const hex = (txid: bigint): string => txid.toString(16).padStart(16, '0')
const bytesOf = (txid: bigint): Buffer => Buffer.from(fileBytes(key(0, txid)))
const nameOf = (txid: bigint): string => `app/db/ltx/0/${hex(txid)}-${hex(txid)}.ltx`
const txidsOf = (files: readonly FileInfo[]): bigint[] => files.map(({ minTXID }) => minTXID)

function putFiles(container: FakeContainer, count: bigint): void {
  for (let txid = 1n; txid <= count; txid++) container.put(nameOf(txid), Buffer.from(fileBytes(key(0, txid))))
}

test('listLevel: from the sixth of seven files in pages of two → at first all are asked for, then Azure skips', async () => {
  const { container, client } = world()
  putFiles(container, 7n)
  assert.equal(client.abilities.listingSeek, false)
  assert.deepEqual(txidsOf(await collectFiles(client.listFiles(0, { from: toTxid(6n) }))), [6n, 7n])
  assert.equal(container.count('LIST'), 5, 'four pages, and a look whether it can skip')
  assert.equal(client.abilities.listingSeek, true)
  assert.deepEqual(txidsOf(await collectFiles(client.listFiles(0, { from: toTxid(6n) }))), [6n, 7n])
  assert.equal(container.count('LIST'), 6)
  assert.deepEqual(txidsOf(await collectFiles(client.listFiles(0, { from: toTxid(8n) }))), [])
})

test('listLevel: a service that does not know the start → the right files all the same, and it is not asked again', async () => {
  const { container, client } = world()
  putFiles(container, 5n)
  server.startFromMeans = 'nothing'
  try {
    for (const requests of [4, 7]) {
      assert.deepEqual(txidsOf(await collectFiles(client.listFiles(0, { from: toTxid(4n) }))), [4n, 5n])
      assert.equal(container.count('LIST'), requests)
      assert.equal(client.abilities.listingSeek, false)
    }
  } finally {
    server.startFromMeans = 'path'
  }
})

test('listLevel: one file alone → shows nothing about the start, so nobody asks', async () => {
  const { container, client } = world()
  putFiles(container, 1n)
  assert.deepEqual(txidsOf(await collectFiles(client.listFiles(0, { from: toTxid(1n) }))), [1n])
  assert.equal(container.count('LIST'), 1)
})

test('listLevel: copied by somebody without metadata → the time of copying, and the header when it has to be exact', async () => {
  const { container, client } = world()
  const write = {
    metadata: { LitestreamTimestamp: '2023-11-14T22:13:20.123Z' },
    md5: null,
    createOnly: false,
    tier: null,
  }
  container.put(nameOf(1n), bytesOf(1n))
  container.put(nameOf(2n), bytesOf(2n), write)
  await client.writeFile(key(0, 3n), () => chunksOf(fileBytes(key(0, 3n))))
  const plain = await collectFiles(client.listFiles(0))
  assert.deepEqual(
    plain.map(({ createdAtMs }) => createdAtMs > TIME_MS),
    [true, false, false],
  )
  const exact = await collectFiles(client.listFiles(0, { exactTimestamps: true }))
  assert.deepEqual(
    exact.map(({ createdAtMs }) => createdAtMs),
    [TIME_MS, TIME_MS, TIME_MS],
  )
  assert.equal(container.count('GET'), 1)
})

test('listLevel: a container that is missing → CLIENT_BAD_OPTIONS, not an empty level', async () => {
  const { client } = world({ container: 'no-such-container' })
  await assert.rejects(collectFiles(client.listFiles(0)), (error) =>
    isClientError(error, 'CLIENT_BAD_OPTIONS'),
  )
})

test('listLegacy: an old replica → every blob below generations, and its bytes', async () => {
  const { container, client } = world()
  const paths = ['a', 'b', 'c'].map((name) => `generations/0123456789abcdef/wal/${name}.wal.lz4`)
  for (const path of [...paths, 'ltx/0/x', 'generations-of-others/y'])
    container.put(`app/db/${path}`, Buffer.from(path))
  const folder = { metadata: { hdi_isfolder: 'true' }, md5: null, createOnly: false, tier: null }
  container.put('app/db/generations/0123456789abcdef', Buffer.alloc(0), folder)
  assert.ok(client.legacy !== undefined)
  const found: string[] = []
  for await (const { path, size, modifiedAtMs } of client.legacy.list()) {
    found.push(path)
    assert.equal(size, path.length)
    assert.ok(Math.abs(Date.now() - modifiedAtMs) < 3_600_000)
  }
  assert.deepEqual(found, paths)
  assert.equal(Buffer.from(await readAll(client.legacy.read(paths[1] ?? ''))).toString(), paths[1])
  await assert.rejects(readAll(client.legacy.read('generations/x')), (error) =>
    isClientError(error, 'CLIENT_NOT_FOUND'),
  )
})
