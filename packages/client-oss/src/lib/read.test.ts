import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { fakeWorlds, readAll } from '../../test/material.ts'
import { headObject, readObject } from './read.ts'

const { server, connection } = await fakeWorlds()
const content = Uint8Array.from({ length: 1000 }, (_, index) => index % 251)

function stored(timeoutMs: number = 30_000): {
  readonly bucket: ReturnType<typeof server.newBucket>
  readonly to: ReturnType<typeof connection>
} {
  const bucket = server.newBucket()
  bucket.put('x', Buffer.from(content), {})
  return { bucket, to: connection(bucket, { timeoutMs }) }
}

test('readObject: any range → exactly these bytes, and none past the end', async () => {
  const { to } = stored()
  const ranges = [
    [0, undefined],
    [0, 1000],
    [0, 1],
    [999, undefined],
    [500, 5000],
    [1000, undefined],
    [2000, 3000],
    [5, 5],
    [7, 3],
  ] as const
  for (const [start, end] of ranges) {
    const bytes = await readAll(readObject(to, 'read', 'x', { start, end }))
    assert.deepEqual(bytes, content.slice(start, end), `${start} to ${end}`)
  }
})

test('readObject: missing → CLIENT_NOT_FOUND, for an empty range as well', async () => {
  const { to } = stored()
  for (const range of [{}, { start: 5 }, { start: 5, end: 5 }]) {
    await assert.rejects(readAll(readObject(to, 'read', 'y', range)), (error) =>
      isClientError(error, 'CLIENT_NOT_FOUND'),
    )
  }
})

test('readObject: no bucket → CLIENT_BAD_OPTIONS, never a missing file', async () => {
  const { bucket } = stored()
  server.buckets.delete(bucket.name)
  for (const range of [{}, { start: 5, end: 5 }]) {
    await assert.rejects(readAll(readObject(connection(bucket), 'read', 'x', range)), (error) =>
      isClientError(error, 'CLIENT_BAD_OPTIONS'),
    )
  }
})

test('readObject: a body that ends early, or stops → CLIENT_UNREACHABLE', async () => {
  for (const kind of ['truncate', 'stall'] as const) {
    for (const range of [{}, { start: 10 }]) {
      const { bucket, to } = stored(100) // a stall takes that long
      server.fail(bucket, { kind, bytes: 300 }, 'GetObject')
      await assert.rejects(readAll(readObject(to, 'read', 'x', range)), (error) =>
        isClientError(error, 'CLIENT_UNREACHABLE'),
      )
    }
  }
})

test('readObject: a 404 without a word, or a 403 → never a missing file', async () => {
  const { bucket, to } = stored()
  server.fail(bucket, { kind: 'bare', status: 404 }, 'GetObject')
  await assert.rejects(readAll(readObject(to, 'read', 'x')), (error) =>
    isClientError(error, 'CLIENT_UNEXPECTED'),
  )
  server.fail(bucket, { kind: 'refuse', status: 403, code: 'AccessDenied' }, 'GetObject')
  await assert.rejects(readAll(readObject(to, 'read', 'x')), (error) => isClientError(error, 'CLIENT_DENIED'))
})

test('headObject: there, missing, and a bare 404 → headers, null, null once the bucket was seen', async () => {
  const { bucket, to } = stored()
  assert.equal((await headObject(to, 'look', 'x', {}))?.['content-length'], '1000')
  assert.equal(await headObject(to, 'look', 'y', {}), null)
  const lists = server.count(bucket, 'ListObjects')
  server.fail(bucket, { kind: 'bare', status: 404 }, 'HeadObject')
  assert.equal(await headObject(to, 'look', 'y', {}), null)
  assert.equal(server.count(bucket, 'ListObjects'), lists + 1)
  server.buckets.delete(bucket.name)
  server.fail(bucket, { kind: 'bare', status: 404 }, 'HeadObject')
  await assert.rejects(headObject(to, 'look', 'y', {}), (error) => isClientError(error, 'CLIENT_BAD_OPTIONS'))
})
