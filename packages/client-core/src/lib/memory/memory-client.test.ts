import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles } from '../collect-files.ts'
import { failureOf, fileBytes, key, sourceOf, TIME_MS } from '../conformance/material.ts'
import { isClientError } from '../errors.ts'
import { memoryClient } from './memory-client.ts'

const file = key(0, 1n)

test('memory client: with a clock → plain listings have the time of writing, exact ones the header time', async () => {
  await using client = memoryClient({ clock: { wallMs: () => 1234 } })
  await client.writeFile(file, sourceOf(fileBytes(file)))
  const times = async (exactTimestamps: boolean): Promise<number[]> =>
    (await collectFiles(client.listFiles(0, { exactTimestamps }))).map(({ createdAtMs }) => createdAtMs)
  assert.deepEqual(await times(false), [1234])
  assert.deepEqual(await times(true), [TIME_MS])
})

test('memory client: two on one storage → see the same, close apart', async () => {
  const first = memoryClient()
  await using second = memoryClient({ storage: first.storage })
  await first.writeFile(file, sourceOf(fileBytes(file)))
  await first.close()
  assert.equal((await collectFiles(second.listFiles(0))).length, 1)
})

test('memory client: five files, two a page → three requests', async () => {
  await using client = memoryClient({ pageSize: 2 })
  for (let txid = 1n; txid <= 5n; txid++) {
    await client.writeFile(key(0, txid), sourceOf(fileBytes(key(0, txid))))
  }
  await collectFiles(client.listFiles(0))
  assert.equal(client.storage.requests.list, 3)
})

test('memory client: no space (507) → CLIENT_FULL', async () => {
  await using client = memoryClient()
  client.storage.failNext(507)
  assert.ok(isClientError(await failureOf(client.writeFile(file, sourceOf(fileBytes(file)))), 'CLIENT_FULL'))
})

test('memory client: a replica of Litestream 0.3 beside LTX files → listed and read by itself', async () => {
  await using client = memoryClient()
  const path = 'generations/0123456789abcdef/snapshots/00000000.snapshot.lz4'
  client.storage.put(path, Uint8Array.of(1, 2, 3), 1234)
  await client.writeFile(file, sourceOf(fileBytes(file)))
  const found: unknown[] = []
  for await (const object of client.legacy?.list() ?? assert.fail()) found.push(object)
  assert.deepEqual(found, [{ path, size: 3, modifiedAtMs: 1234 }])
  for await (const chunk of client.legacy?.read(path) ?? assert.fail())
    assert.deepEqual(chunk, Uint8Array.of(1, 2, 3))
})
