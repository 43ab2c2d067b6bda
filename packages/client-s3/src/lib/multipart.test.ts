import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError, type ReplicaClient } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { FakeS3, type Fault } from '../../test/fake-server.ts'
import { fileBytes, key, readAll, sourceOf } from '../../test/material.ts'
import { fakeClient } from '../../test/subject.ts'
import { Connection } from './connect.ts'
import { etagOf } from './multipart.ts'
import { checkOptions } from './options.ts'
import { Writer } from './write.ts'

const MIB = 1024 * 1024
const file = key(9, 1n)
const KEY = 'app/db/0009/0000000000000001-0000000000000001.ltx'
const bytes = fileBytes(file, 12 * MIB)

async function scene(): Promise<FakeS3> {
  const fake = await FakeS3.start()
  fake.bucket('backups')
  return fake
}

async function write(client: ReplicaClient, content: Uint8Array = bytes): Promise<void> {
  await client.writeFile(file, sourceOf(content))
}

function count(fake: FakeS3, operation: string, of: string = KEY): number {
  return fake.requests.filter((request) => request.operation === operation && request.key === of).length
}

/** Uploads of the file that are begun and not finished. */
function uploadsOf(fake: FakeS3): number {
  return [...fake.bucket('backups').uploads.values()].filter(({ key: of }) => of === KEY).length
}

const isExists = (error: unknown): boolean => isClientError(error, 'CLIENT_EXISTS')

test('a large file → parts of 5 MiB, the condition on the last request, no PUT of the whole', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  await write(client)
  const sizes = fake.requests
    .filter(({ operation, key: of }) => operation === 'UploadPart' && of === KEY)
    .map(({ body }) => body.length)
  assert.deepEqual(
    sizes.toSorted((a, b) => b - a),
    [5 * MIB, 5 * MIB, 2 * MIB],
  )
  assert.equal(count(fake, 'PutObject'), 0)
  const complete = fake.requests.find(
    ({ operation, key: of }) => operation === 'CompleteMultipartUpload' && of === KEY,
  )
  assert.equal(complete?.headers['if-none-match'], '*')
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
  assert.equal(uploadsOf(fake), 0)
})

test('concurrency → so many parts under way at once and no more', async () => {
  for (const concurrency of [1, 3]) {
    await using fake = await scene()
    await using client = fakeClient(fake, { concurrency })
    await write(client) // also finds out about the server
    await client.deleteFiles([file])
    fake.delayMs = 30
    fake.mostAtOnce = 0
    await write(client, fileBytes(file, 21 * MIB))
    assert.equal(fake.mostAtOnce, concurrency)
  }
})

test('a part that fails for a while → sent again, the others are not', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  const faults: Fault[] = [{ status: 503, code: 'SlowDown' }, 'reset', { status: 500, code: 'InternalError' }]
  for (const fault of faults)
    fake.failNext(fault, ({ key: of, query }) => of === KEY && query['partNumber'] === '2')
  await write(client)
  assert.equal(count(fake, 'UploadPart'), 6)
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
})

test('a part that is refused → its error, the upload is given up, nothing is stored', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  fake.failNext({ status: 403, code: 'AccessDenied' }, ({ query }) => query['partNumber'] === '2')
  await assert.rejects(write(client), (error) => isClientError(error, 'CLIENT_DENIED'))
  assert.equal(uploadsOf(fake), 0)
  assert.equal(fake.bucket('backups').objects.has(KEY), false)
})

test('a part that is refused while the source hangs → its error all the same', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  fake.failNext({ status: 403, code: 'AccessDenied' }, 'UploadPart')
  const writing = client.writeFile(file, async function* () {
    yield bytes.subarray(0, 6 * MIB)
    await new Promise<never>(() => undefined)
  })
  await assert.rejects(writing, (error) => isClientError(error, 'CLIENT_DENIED'))
  assert.equal(uploadsOf(fake), 0)
})

test('a source that fails, an abort in the middle → its own error, the upload is given up', async () => {
  for (const how of ['fails', 'aborts']) {
    await using fake = await scene()
    await using client = fakeClient(fake)
    const reason = new Error(how)
    const controller = new AbortController()
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 11 * MIB)
      if (how === 'fails') throw reason
      controller.abort(reason)
      yield bytes.subarray(11 * MIB)
    }
    await assert.rejects(
      client.writeFile(file, source, { signal: controller.signal }),
      (error) => error === reason,
    )
    assert.equal(uploadsOf(fake), 0)
    assert.equal(fake.bucket('backups').objects.has(KEY), false)
  }
})

test('the answer to the last request is lost → recognised as done, without reading the file', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  fake.failNext(
    'lost-answer',
    ({ operation, key: of }) => operation === 'CompleteMultipartUpload' && of === KEY,
  )
  await write(client)
  assert.equal(count(fake, 'GetObject'), 0)
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
})

test('the last request fails for a while → made again with the same parts', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  for (const fault of [
    { status: 500, code: 'InternalError' },
    { status: 409, code: 'ConditionalRequestConflict' },
  ]) {
    fake.failNext(fault, ({ operation, key: of }) => operation === 'CompleteMultipartUpload' && of === KEY)
  }
  await write(client)
  assert.equal(count(fake, 'UploadPart'), 3)
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
})

test('the same large file again → succeeds by its ETag; other bytes, or another size → CLIENT_EXISTS', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  await write(client)
  await write(client)
  assert.equal(count(fake, 'GetObject'), 0)
  await assert.rejects(write(client, fileBytes(file, 12 * MIB, 99)), isExists)
  await assert.rejects(write(client, fileBytes(file, 13 * MIB)), isExists)
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
  assert.equal(uploadsOf(fake), 0)
})

test('the same large file, uploaded in parts of another size → compared byte by byte, succeeds', async () => {
  await using fake = await scene()
  await using one = fakeClient(fake, { partSize: 7 * MIB })
  await write(one)
  await using client = fakeClient(fake)
  await write(client)
  assert.equal(count(fake, 'GetObject'), 1)
})

test('a provider that wants equal parts, and not enough of them → begun again with larger ones', async () => {
  await using fake = await scene()
  fake.bucket('backups').equalParts = true
  await using client = fakeClient(fake)
  const settings = checkOptions({
    env: nodeEnv(),
    bucket: 'backups',
    path: 'app/db',
    endpoint: fake.endpoint,
    ...fake.keys,
  })
  const parts = { firstBytes: 5 * MIB, partsMax: 2, equal: true }
  const writer = new Writer(new Connection({ ...settings, parts }), client)
  await writer.write(file, sourceOf(bytes), {})
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
  assert.equal(count(fake, 'PutObject'), 1) // a part of 80 MiB has all of it
  assert.equal(uploadsOf(fake), 0)
})

test('more than all parts of the largest plan → CLIENT_BAD_OPTIONS that says what to raise', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  const settings = checkOptions({
    env: nodeEnv(),
    bucket: 'backups',
    path: 'app/db',
    endpoint: fake.endpoint,
    ...fake.keys,
  })
  const parts = { firstBytes: 5 * MIB, partsMax: 0, equal: false }
  const writer = new Writer(new Connection({ ...settings, parts }), client)
  await assert.rejects(writer.write(file, sourceOf(bytes), {}), /part-size/)
})

test('etagOf: parts with MD5s → the ETag of S3; others → null', () => {
  const parts = ['bce6bf66aeb76c7040fdd5f4eccb78e6', '8165449fc15bbf43d3b674595cbcc406'].map((md5) => ({
    ETag: `"${md5}"`,
  }))
  assert.equal(etagOf(parts), '"f77dc0eecdebcd774a2a22cb393ad2ff-2"') // the example of R2's documentation
  assert.equal(etagOf([{ ETag: '"not an md5"' }]), null)
})
