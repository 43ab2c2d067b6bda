import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError, type ReadOptions } from '@ltx/client-core'
import { FakeS3 } from '../../test/fake-server.ts'
import { fileBytes, key, readAll, sourceOf } from '../../test/material.ts'
import { fakeClient } from '../../test/subject.ts'

const file = key(0, 1n)
const KEY = 'app/db/0000/0000000000000001-0000000000000001.ltx'

async function scene(bytes: Uint8Array = fileBytes(file)): Promise<FakeS3> {
  const fake = await FakeS3.start()
  fake.bucket('backups').put(KEY, bytes, {})
  return fake
}

const ranges: readonly [options: ReadOptions, header: string | undefined][] = [
  [{}, undefined],
  [{ start: 0 }, undefined],
  [{ start: 10 }, 'bytes=10-'],
  [{ end: 10 }, 'bytes=0-9'],
  [{ start: 3, end: 5 }, 'bytes=3-4'],
]

for (const [options, header] of ranges) {
  test(`readFile: ${JSON.stringify(options)} → Range ${header ?? 'not sent'}`, async () => {
    const bytes = fileBytes(file)
    await using fake = await scene(bytes)
    await using client = fakeClient(fake)
    assert.deepEqual(await readAll(client.readFile(file, options)), bytes.slice(options.start, options.end))
    assert.deepEqual(
      fake.requests.map(({ headers }) => headers['range']),
      [header],
    )
  })
}

test('readFile: an object without bytes → no bytes, no error', async () => {
  await using fake = await scene(new Uint8Array(0))
  await using client = fakeClient(fake)
  assert.equal((await readAll(client.readFile(file))).length, 0)
  assert.equal((await readAll(client.readFile(file, { start: 5 }))).length, 0)
})

test('readFile: a server that ignores ranges → exactly the bytes asked for all the same', async () => {
  const bytes = fileBytes(file, 300_000)
  await using fake = await scene(bytes)
  fake.ranges = false
  await using client = fakeClient(fake)
  for (const range of [
    { start: 70_001 },
    { start: 100_000, end: 200_001 },
    { end: 3 },
    { start: 299_999 },
    { start: 300_000 },
    { start: 400_000 },
  ]) {
    assert.deepEqual(
      await readAll(client.readFile(file, range)),
      bytes.slice(range.start, range.end),
      JSON.stringify(range),
    )
  }
})

test('readFile: a body that ends early → CLIENT_UNREACHABLE, and only right bytes before', async () => {
  const bytes = fileBytes(file, 1_000_000)
  await using fake = await scene(bytes)
  await using client = fakeClient(fake)
  fake.failNext('cut-body')
  const parts: Uint8Array[] = []
  const read = async (): Promise<void> => {
    for await (const chunk of client.readFile(file)) parts.push(chunk)
  }
  await assert.rejects(read(), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
  const got = Buffer.concat(parts)
  assert.ok(got.length < bytes.length)
  assert.ok(got.equals(bytes.subarray(0, got.length)))
})

test('readFile: an empty range of a missing file → CLIENT_NOT_FOUND', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  await assert.rejects(readAll(client.readFile(key(0, 9n), { start: 3, end: 3 })), (error) =>
    isClientError(error, 'CLIENT_NOT_FOUND'),
  )
})

test('readFile: a 404 with no body → CLIENT_NOT_FOUND; of the bucket → CLIENT_BAD_OPTIONS; a 403 → CLIENT_DENIED', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  for (const [fault, code] of [
    [{ status: 404, code: 'NoSuchKey' }, 'CLIENT_NOT_FOUND'],
    [{ status: 404, code: 'NoSuchBucket' }, 'CLIENT_BAD_OPTIONS'],
    [{ status: 403, code: 'AccessDenied' }, 'CLIENT_DENIED'],
    [{ status: 404, code: 'XAdminUserNotFound' }, 'CLIENT_DENIED'],
  ] as const) {
    fake.failNext(fault)
    await assert.rejects(readAll(client.readFile(file)), (error) => isClientError(error, code))
  }
})

test('readFile: encrypted with a customer key → read with it, refused without it', async () => {
  await using fake = await FakeS3.start()
  fake.bucket('backups')
  const sseCustomerKey = Buffer.alloc(32, 7).toString('base64')
  await using client = fakeClient(fake, { sseCustomerKey })
  const bytes = fileBytes(file)
  await client.writeFile(file, sourceOf(bytes))
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
  await using without = fakeClient(fake)
  await assert.rejects(readAll(without.readFile(file)), /CLIENT_BAD_OPTIONS.*sse-customer-key/)
  await using other = fakeClient(fake, { sseCustomerKey: Buffer.alloc(32, 8).toString('base64') })
  await assert.rejects(readAll(other.readFile(file)), (error) => isClientError(error, 'CLIENT_DENIED'))
})
