import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles, isClientError, type LegacyObject } from '@ltx/client-core'
import { fakeWorlds, fileBytes, key, readAll, TIME_MS } from '../../test/material.ts'
import { ROOT } from '../../test/subject.ts'

const { world } = await fakeWorlds()
const nameOf = (txid: number): string =>
  `${txid.toString(16).padStart(16, '0')}-${txid.toString(16).padStart(16, '0')}.ltx`

test('listLevel: a plain listing → one request, and the time of the upload', async () => {
  const { client, tree, reports } = world()
  const uploadedMs = 1_600_000_000_000
  for (let txid = 1; txid <= 120; txid++) {
    tree.store(`${ROOT}/ltx/0/${nameOf(txid)}`, fileBytes(key(0, BigInt(txid))), uploadedMs)
  }
  const files = await collectFiles(client.listFiles(0))
  assert.equal(files.length, 120)
  assert.ok(files.every(({ createdAtMs }) => createdAtMs === uploadedMs))
  assert.deepEqual(
    reports.map(({ kind }) => kind),
    ['LIST'],
  )
})

test('listLevel: an exact listing → the header times, a hundred bytes and one request for each, fifty at once', async () => {
  const { client, tree, reports } = world()
  for (let txid = 1; txid <= 120; txid++) {
    tree.store(`${ROOT}/ltx/0/${nameOf(txid)}`, fileBytes(key(0, BigInt(txid)), 5000))
  }
  let seen = 0
  for await (const { createdAtMs } of client.listFiles(0, { exactTimestamps: true })) {
    assert.equal(createdAtMs, TIME_MS)
    if (++seen === 50) break
  }
  const headers = reports.filter(({ kind }) => kind === 'GET')
  assert.equal(headers.length, 50)
  assert.ok(headers.every(({ bytesDown }) => bytesDown === 100))
})

test('listLevel: a file that is gone when its header is read → left out', async () => {
  const { client, tree, fail } = world()
  tree.store(`${ROOT}/ltx/0/${nameOf(1)}`, fileBytes(key(0, 1n)))
  tree.store(`${ROOT}/ltx/0/${nameOf(2)}`, fileBytes(key(0, 2n)))
  fail({ kind: 'status', status: 404 }, 'GET')
  assert.equal((await collectFiles(client.listFiles(0, { exactTimestamps: true }))).length, 1)
})

test('listLevel: a header that cannot be read → a failure, not the time of the upload', async () => {
  const { client, tree, fail } = world()
  tree.store(`${ROOT}/ltx/0/${nameOf(1)}`, fileBytes(key(0, 1n)))
  fail({ kind: 'status', status: 503 }, 'GET')
  await assert.rejects(collectFiles(client.listFiles(0, { exactTimestamps: true })), (error) =>
    isClientError(error, 'CLIENT_BUSY'),
  )
})

test('listLevel: a collection with the name of a file → not listed', async () => {
  const { client, tree } = world()
  tree.store(`${ROOT}/ltx/0/${nameOf(1)}/x`, fileBytes(key(0, 1n)))
  assert.deepEqual(await collectFiles(client.listFiles(0)), [])
})

for (const status of [401, 403]) {
  test(`listLevel: ${status} → CLIENT_DENIED, never an empty level`, async () => {
    const { client, fail } = world()
    for (let count = 0; count < 4; count++) fail({ kind: 'status', status })
    await assert.rejects(collectFiles(client.listFiles(0)), (error) => isClientError(error, 'CLIENT_DENIED'))
  })
}

test('listLegacy: collections within collections → every file, ascending by path, and each can be read', async () => {
  const { client, tree } = world()
  const paths = [
    'generations/a/snapshots/0.lz4',
    'generations/a-b/wal/1.lz4',
    'generations/a/wal/2 x.lz4',
    'generations/top',
  ]
  for (const path of paths) tree.store(`${ROOT}/${path}`, Buffer.from(path), 1_600_000_000_000)
  tree.store(`${ROOT}/ltx/0/${nameOf(1)}`, fileBytes(key(0, 1n)))
  const found: LegacyObject[] = []
  for await (const object of client.legacy?.list() ?? []) found.push(object)
  assert.deepEqual(
    found,
    paths.toSorted().map((path) => ({ path, size: path.length, modifiedAtMs: 1_600_000_000_000 })),
  )
  for (const { path } of found) {
    assert.equal(Buffer.from(await readAll(client.legacy?.read(path) ?? [])).toString(), path)
  }
})

test('listLegacy: no old replica → nothing', async () => {
  for await (const object of world().client.legacy?.list() ?? []) assert.fail(object.path)
})
