import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError, type ReplicaClient } from '@ltx/client-core'
import { FakeS3 } from '../../test/fake-server.ts'
import { fileBytes, key } from '../../test/material.ts'
import { fakeClient } from '../../test/subject.ts'

const keyOf = (txid: number): string => {
  const text = txid.toString(16).padStart(16, '0')
  return `app/db/0000/${text}-${text}.ltx`
}

async function scene(count: number): Promise<FakeS3> {
  const fake = await FakeS3.start()
  for (let txid = 1; txid <= count; txid++) {
    fake.bucket('backups').put(keyOf(txid), fileBytes(key(0, BigInt(txid)), 100), {})
  }
  fake.bucket('backups')
  return fake
}

async function failedDelete(
  client: ReplicaClient,
  count: number,
): Promise<{ code: string; advice: string; txids: bigint[]; message: string }> {
  const files = Array.from({ length: count }, (_, index) => key(0, BigInt(index + 1)))
  const error = await client.deleteFiles(files).catch((reason: unknown) => reason)
  assert.ok(isClientError(error), String(error))
  const { code, advice, message } = error
  return { code, advice, message, txids: error.files.map(({ minTXID }) => minTXID) }
}

test('deleteFiles: 2001 files → three requests of at most 1000', async () => {
  await using fake = await scene(2001)
  await using client = fakeClient(fake)
  await client.deleteFiles(Array.from({ length: 2001 }, (_, index) => key(0, BigInt(index + 1))))
  const sizes = fake.requests.map(({ body }) => Buffer.from(body).toString().split('<Key>').length - 1)
  assert.deepEqual(sizes, [1000, 1000, 1])
  assert.equal(fake.bucket('backups').objects.size, 0)
})

test('deleteFiles: some keys are refused → the error names these and why, the others are gone', async () => {
  await using fake = await scene(4)
  await using client = fakeClient(fake)
  fake.undeletable.set(keyOf(2), 'AccessDenied')
  fake.undeletable.set(keyOf(3), 'NoSuchKey')
  const { code, txids, message } = await failedDelete(client, 4)
  assert.deepEqual([code, txids], ['CLIENT_DENIED', [2n]])
  assert.match(message, /delete 1 of 4 files/)
  assert.deepEqual([...fake.bucket('backups').objects.keys()], [keyOf(2), keyOf(3)])
})

test('deleteFiles: a key that is throttled → try again', async () => {
  await using fake = await scene(2)
  await using client = fakeClient(fake)
  fake.undeletable.set(keyOf(2), 'SlowDown')
  const { code, advice, txids } = await failedDelete(client, 2)
  assert.deepEqual([code, advice, txids], ['CLIENT_BUSY', 'retry', [2n]])
})

test('deleteFiles: the first batch fails → the second is tried, and only the first remains', async () => {
  await using fake = await scene(1002)
  await using client = fakeClient(fake)
  fake.failNext({ status: 503, code: 'SlowDown' })
  const { code, txids } = await failedDelete(client, 1002)
  assert.equal(code, 'CLIENT_BUSY')
  assert.equal(txids.length, 1000)
  assert.equal(fake.bucket('backups').objects.size, 1000)
})

test('deleteFiles: a server that cannot delete several at once → one by one, what fails is named', async () => {
  await using fake = await scene(5)
  fake.multiDelete = false
  await using client = fakeClient(fake)
  fake.failNext(
    { status: 403, code: 'AccessDenied' },
    ({ operation, key: of }) => operation === 'DeleteObject' && of === keyOf(3),
  )
  const { code, txids } = await failedDelete(client, 5)
  assert.deepEqual([code, txids], ['CLIENT_DENIED', [3n]])
  assert.deepEqual([...fake.bucket('backups').objects.keys()], [keyOf(3)])
})

test('deleteFiles: none → no request', async () => {
  await using fake = await scene(0)
  await using client = fakeClient(fake)
  await client.deleteFiles([])
  assert.deepEqual(fake.operations(), [])
})

test('deleteFiles: characters of XML in the path → escaped, deleted', async () => {
  await using fake = await FakeS3.start()
  fake.bucket('backups').put('a&b<c>"é\'/0000/0000000000000001-0000000000000001.ltx', new Uint8Array(100), {})
  await using client = fakeClient(fake, { path: 'a&b<c>"é\'' })
  await client.deleteFiles([key(0, 1n)])
  assert.equal(fake.bucket('backups').objects.size, 0)
})

test('deleteAll: siblings, old backups, strange names, pages of two → only the files of this replica are gone', async () => {
  for (const path of ['app/db', '', '.', 'foo/']) {
    await using fake = await FakeS3.start()
    const bucket = fake.bucket('backups')
    const name = '0000000000000001-0000000000000001.ltx'
    const foreign = [
      `app/db2/0000/${name}`,
      `${path}/lock.json`,
      `${path}/generations/x`,
      `${path}/0000/0${name}`,
      `${path}/0000/zzz`,
      `${path}/0000/aaa`,
    ]
    for (const each of foreign) bucket.put(each, new Uint8Array(1), {})
    for (let txid = 1; txid <= 7; txid++)
      bucket.put(keyOf(txid).replace('app/db', path), new Uint8Array(100), {})
    bucket.put(`${path}/0009/${name}`, new Uint8Array(100), {})
    await using client = fakeClient(fake, { path })
    await client.deleteAll()
    assert.deepEqual([...bucket.objects.keys()], foreign)
  }
})
