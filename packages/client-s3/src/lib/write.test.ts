import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError, type ReplicaClient } from '@ltx/client-core'
import type { Conditions } from '../../test/fake-bucket.ts'
import { FakeS3, type Fault } from '../../test/fake-server.ts'
import { fileBytes, key, readAll, sourceOf } from '../../test/material.ts'
import { fakeClient } from '../../test/subject.ts'

const file = key(0, 1n)
const KEY = 'app/db/0000/0000000000000001-0000000000000001.ltx'

async function scene(conditions: Conditions = 'honoured'): Promise<FakeS3> {
  const fake = await FakeS3.start()
  fake.bucket('backups').conditionalPut = conditions
  return fake
}

async function write(client: ReplicaClient, txid: bigint, size?: number, fill?: number): Promise<void> {
  await client.writeFile(key(0, txid), sourceOf(fileBytes(key(0, txid), size, fill)))
}

const isExists = (error: unknown): boolean => isClientError(error, 'CLIENT_EXISTS')

test('writeFile: the first of a process → looked for, created, and created again in vain; every later one → one PUT', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  for (let txid = 1n; txid <= 5n; txid++) await write(client, txid)
  const expected = [
    'HeadObject',
    'PutObject',
    'PutObject',
    'PutObject',
    'PutObject',
    'PutObject',
    'PutObject',
  ]
  assert.deepEqual(fake.operations(), expected)
  assert.ok(fake.requests.slice(1).every(({ headers }) => headers['if-none-match'] === '*'))
  assert.equal(client.abilities.createOnly, true)
})

test('writeFile: the body → one request with its exact length, from a source of tiny chunks as well', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  const bytes = fileBytes(file, 70_000)
  const written = await client.writeFile(file, sourceOf(bytes, 6))
  assert.equal(written.size, 70_000)
  const put = fake.requests.find(({ operation }) => operation === 'PutObject')
  assert.equal(put?.headers['content-length'], '70000')
  assert.deepEqual(fake.bucket('backups').objectAt(KEY).bytes, Buffer.from(bytes))
})

test('writeFile: exactly one part → one PUT; a byte more → parts', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  await write(client, 1n, 5 * 1024 * 1024)
  assert.ok(!fake.operations().includes('CreateMultipartUpload'))
  await write(client, 2n, 5 * 1024 * 1024 + 1)
  assert.ok(fake.operations().includes('CreateMultipartUpload'))
})

test('writeFile: storage class, KMS, metadata → on the object, however it was written', async () => {
  for (const size of [500, 6 * 1024 * 1024]) {
    await using fake = await scene()
    await using client = fakeClient(fake, { storageClass: 'STANDARD_IA', sseKmsKeyId: 'alias/x' })
    await client.writeFile(file, sourceOf(fileBytes(file, size)), { earliestAtMs: 1_600_000_000_000 })
    assert.deepEqual(fake.bucket('backups').objectAt(KEY).headers, {
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'alias/x',
      'x-amz-meta-litestream-timestamp': '2023-11-14T22:13:20.123Z',
      'x-amz-meta-ltx-earliest-timestamp': '2020-09-13T12:26:40Z',
    })
  }
})

for (const conditions of ['ignored', 'refused'] as const) {
  test(`writeFile: a server where If-None-Match is ${conditions} → not create-only, and every write looks before`, async () => {
    await using fake = await scene(conditions)
    await using client = fakeClient(fake)
    assert.equal(client.abilities.createOnly, true) // nothing is known yet
    await write(client, 1n)
    assert.equal(client.abilities.createOnly, false)
    fake.requests.length = 0
    await write(client, 2n)
    assert.deepEqual(fake.operations(), ['HeadObject', 'PutObject'])
    await write(client, 2n) // the same bytes
    await assert.rejects(write(client, 2n, 500, 99), isExists)
    assert.deepEqual(await readAll(client.readFile(key(0, 2n))), fileBytes(key(0, 2n)))
  })
}

test('writeFile: the first write of a process, name taken by another, no conditions → CLIENT_EXISTS, nothing changed', async () => {
  await using fake = await scene('ignored')
  await using other = fakeClient(fake)
  await write(other, 1n, 500, 1)
  await using client = fakeClient(fake)
  await assert.rejects(write(client, 1n, 500, 2), isExists)
  assert.deepEqual(await readAll(client.readFile(file)), fileBytes(file, 500, 1))
})

test('writeFile: a probe that fails → the file is stored, and the next write probes', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  fake.failNext(() => fake.failNext({ status: 503, code: 'SlowDown' }, 'PutObject'), 'PutObject')
  await write(client, 1n)
  assert.equal(fake.operations().filter((operation) => operation === 'PutObject').length, 2)
  await write(client, 2n)
  await write(client, 3n)
  assert.equal(fake.operations().filter((operation) => operation === 'PutObject').length, 5)
  assert.equal(fake.operations().at(-2), 'PutObject')
})

test('writeFile: an answer that was lost → the same write again is recognised as done', async () => {
  for (const conditions of ['honoured', 'ignored'] as const) {
    await using fake = await scene(conditions)
    await using client = fakeClient(fake)
    await write(client, 1n)
    fake.failNext('lost-answer', 'PutObject')
    await assert.rejects(write(client, 2n), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
    await write(client, 2n)
    assert.deepEqual(await readAll(client.readFile(key(0, 2n))), fileBytes(key(0, 2n)))
  }
})

test('writeFile: 409 because of a concurrent write → tried again until it is known', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  await write(client, 1n)
  const conflict: Fault = { status: 409, code: 'ConditionalRequestConflict' }
  fake.failNext(conflict, 'PutObject')
  fake.failNext(conflict, 'PutObject')
  await write(client, 2n)
  for (let round = 0; round < 6; round++) fake.failNext(conflict, 'PutObject')
  await assert.rejects(write(client, 3n), (error) => isClientError(error, 'CLIENT_BUSY'))
})

test('writeFile: 412, and then the file is gone → CLIENT_BUSY: try again', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  await write(client, 1n)
  fake.failNext({ status: 412, code: 'PreconditionFailed' }, 'PutObject')
  await assert.rejects(write(client, 2n), (error) => isClientError(error, 'CLIENT_BUSY'))
})

test('writeFile: may write, but not look → the condition protects', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  fake.failNext({ status: 403, code: 'AccessDenied' }, 'HeadObject')
  await write(client, 1n)
  assert.equal(client.abilities.createOnly, true)
})

test('writeFile: damage on the way → the server notices, CLIENT_UNREACHABLE', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  fake.failNext({ status: 400, code: 'BadDigest' }, 'PutObject')
  await assert.rejects(write(client, 1n), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
})
