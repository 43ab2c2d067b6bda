import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles, isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { FakeS3 } from '../../test/fake-server.ts'
import { fileBytes, key, sourceOf, TIME_MS } from '../../test/material.ts'
import { fakeClient } from '../../test/subject.ts'
import { Connection } from './connect.ts'
import { listLevel } from './list.ts'
import { checkOptions } from './options.ts'

async function scene(count: number): Promise<FakeS3> {
  const fake = await FakeS3.start()
  fake.bucket('backups')
  await using client = fakeClient(fake)
  for (let txid = 1; txid <= count; txid++) {
    await client.writeFile(key(0, BigInt(txid)), sourceOf(fileBytes(key(0, BigInt(txid)))))
  }
  fake.requests.length = 0
  return fake
}

test('listFiles: from a TXID → the server begins there, and no earlier page is asked for', async () => {
  await using fake = await scene(9)
  await using client = fakeClient(fake)
  const found = await collectFiles(client.listFiles(0, { from: key(0, 8n).minTXID }))
  assert.deepEqual(
    found.map(({ minTXID }) => minTXID),
    [8n, 9n],
  )
  assert.equal(fake.requests.length, 1)
  assert.equal(fake.requests[0]?.query['start-after'], 'app/db/0000/0000000000000008')
})

test('listFiles: plain → no request but the pages', async () => {
  await using fake = await scene(5)
  await using client = fakeClient(fake)
  await collectFiles(client.listFiles(0))
  assert.deepEqual(fake.operations(), ['ListObjectsV2', 'ListObjectsV2', 'ListObjectsV2'])
})

test('listFiles: exact times → one HEAD for each wanted file of a page, none for others', async () => {
  await using fake = await scene(5)
  fake.bucket('backups').put('app/db/0000/notes.txt', new Uint8Array(1), {})
  fake.bucket('backups').put('app/db/0000/sub/0000000000000001-0000000000000001.ltx', new Uint8Array(1), {})
  await using client = fakeClient(fake)
  const found = await collectFiles(client.listFiles(0, { exactTimestamps: true }))
  assert.deepEqual(
    found.map(({ createdAtMs }) => createdAtMs),
    Array.from({ length: 5 }, () => TIME_MS),
  )
  assert.equal(fake.operations().filter((operation) => operation === 'HeadObject').length, 5)
})

test('listFiles: exact times, a HEAD that fails → the listing fails, it does not guess', async () => {
  await using fake = await scene(3)
  await using client = fakeClient(fake)
  fake.failNext({ status: 500, code: 'InternalError' }, 'HeadObject')
  const listing = collectFiles(client.listFiles(0, { exactTimestamps: true }))
  await assert.rejects(listing, (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
})

test('listFiles: exact times of a file that was copied without its metadata → out of its header', async () => {
  await using fake = await scene(1)
  const file = key(0, 2n)
  fake.bucket('backups').put('app/db/0000/0000000000000002-0000000000000002.ltx', fileBytes(file), {})
  await using client = fakeClient(fake)
  const found = await collectFiles(client.listFiles(0, { exactTimestamps: true }))
  assert.deepEqual(
    found.map(({ createdAtMs }) => createdAtMs),
    [TIME_MS, TIME_MS],
  )
  const read = fake.requests.find(({ operation }) => operation === 'GetObject')
  assert.equal(read?.headers['range'], 'bytes=0-99')
})

test('listFiles: exact times, a file deleted meanwhile → left out', async () => {
  await using fake = await scene(2)
  await using client = fakeClient(fake)
  const { objects } = fake.bucket('backups')
  fake.failNext(() => void objects.delete('app/db/0000/0000000000000002-0000000000000002.ltx'), 'HeadObject')
  const found = await collectFiles(client.listFiles(0, { exactTimestamps: true }))
  assert.deepEqual(
    found.map(({ minTXID }) => minTXID),
    [1n],
  )
})

test('listFiles: metadata with 0, 1, 3 and 9 digits → read to the millisecond', async () => {
  await using fake = await scene(0)
  const texts = [
    '2023-11-14T22:13:20Z',
    '2023-11-14T22:13:20.1Z',
    '2023-11-14T22:13:20.123Z',
    '2023-11-14T22:13:20.123456789Z',
  ]
  for (const [index, text] of texts.entries()) {
    const txid = String(index + 1).padStart(16, '0')
    fake.bucket('backups').put(`app/db/0000/${txid}-${txid}.ltx`, new Uint8Array(100), {
      'x-amz-meta-litestream-timestamp': text,
    })
  }
  await using client = fakeClient(fake)
  const found = await collectFiles(client.listFiles(0, { exactTimestamps: true }))
  assert.deepEqual(
    found.map(({ createdAtMs }) => createdAtMs - 1_700_000_000_000),
    [0, 100, 123, 123],
  )
})

test('listFiles: a missing bucket → CLIENT_BAD_OPTIONS, never an empty replica', async () => {
  await using fake = await scene(0)
  await using client = fakeClient(fake, { bucket: 'nothere' })
  await assert.rejects(collectFiles(client.listFiles(0)), (error) =>
    isClientError(error, 'CLIENT_BAD_OPTIONS'),
  )
})

test('listFiles: the second page fails → what came before stays, then the error', async () => {
  await using fake = await scene(4)
  await using client = fakeClient(fake)
  fake.failNext({ status: 503, code: 'SlowDown' }, ({ query }) => query['continuation-token'] !== undefined)
  const seen: bigint[] = []
  const listing = async (): Promise<void> => {
    for await (const { minTXID } of client.listFiles(0)) seen.push(minTXID)
  }
  await assert.rejects(listing(), (error) => isClientError(error, 'CLIENT_BUSY'))
  assert.deepEqual(seen, [1n, 2n])
})

test('listLevel: a directory bucket, which has no order → no start key, what comes before is left out all the same', async () => {
  await using fake = await scene(3)
  const settings = checkOptions({
    env: nodeEnv(),
    bucket: 'backups',
    path: 'app/db',
    endpoint: fake.endpoint,
    ...fake.keys,
  })
  const connection = new Connection({ ...settings, listsInOrder: false })
  const found = await collectFiles(listLevel(connection, 0, { from: key(0, 2n).minTXID }))
  assert.deepEqual(
    found.map(({ minTXID }) => minTXID),
    [2n, 3n],
  )
  assert.ok(fake.requests.every(({ query }) => query['start-after'] === undefined))
  connection.close()
})
