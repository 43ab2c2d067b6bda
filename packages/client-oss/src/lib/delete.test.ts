import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles, isClientError, type FileKey } from '@ltx/client-core'
import { fakeWorlds, key } from '../../test/material.ts'
import type { FakeBucket } from '../../test/fake-objects.ts'

const { world } = await fakeWorlds(1000)

function fill(bucket: FakeBucket, count: number, path: string = 'app/db'): FileKey[] {
  return Array.from({ length: count }, (_, index) => {
    const name = (index + 1).toString(16).padStart(16, '0')
    bucket.put(`${path}/0000/${name}-${name}.ltx`, Buffer.from('x'), {})
    return key(0, BigInt(index + 1))
  })
}

test('delete: 2500 files → three requests, all gone', async () => {
  const { client, bucket, count } = world()
  await client.deleteFiles(fill(bucket, 2500))
  assert.deepEqual([bucket.objects.size, count('DeleteObjects')], [0, 3])
})

test('delete: one that the service leaves out → named, and the others are gone', async () => {
  const { client, bucket } = world()
  const files = fill(bucket, 5)
  bucket.undeletable.add('app/db/0000/0000000000000003-0000000000000003.ltx')
  await assert.rejects(client.deleteFiles(files), (error) => {
    return isClientError(error) && assert.deepEqual(error.files, [files[2]]) === undefined
  })
  assert.equal(bucket.objects.size, 1)
})

test('delete: a batch that fails → the next one is tried, and what remains is named', async () => {
  const { client, bucket, fail } = world()
  const files = fill(bucket, 1500)
  fail({ kind: 'refuse', status: 503, code: 'SlowDown' }, 'DeleteObjects')
  await assert.rejects(client.deleteFiles(files), (error) => {
    return isClientError(error, 'CLIENT_BUSY') && error.files.length === 1000
  })
  assert.equal(bucket.objects.size, 1000)
})

test('delete: missing files → no error; no bucket → CLIENT_BAD_OPTIONS', async () => {
  const { client, fail } = world()
  await client.deleteFiles([key(0, 1n)])
  fail({ kind: 'refuse', status: 404, code: 'NoSuchBucket' })
  await assert.rejects(client.deleteFiles([key(0, 1n)]), (error) =>
    isClientError(error, 'CLIENT_BAD_OPTIONS'),
  )
})

test('delete: a path with letters that XML knows → gone', async () => {
  const { client, bucket } = world({ path: 'a&b <c> é' })
  fill(bucket, 3, 'a&b <c> é')
  await client.deleteFiles([key(0, 1n), key(0, 2n)])
  assert.equal(bucket.objects.size, 1)
})

test('deleteAll: files of all levels among other things → these alone', async () => {
  const { client, bucket } = world()
  fill(bucket, 1200)
  fill(bucket, 2, 'app/db2')
  bucket.put('app/db/lock.json', Buffer.from('x'), {})
  bucket.put('app/db/0009/0000000000000001-0000000000000001.ltx', Buffer.from('x'), {})
  bucket.put('app/db/generations/x', Buffer.from('x'), {})
  await client.deleteAll()
  assert.equal(bucket.objects.size, 4)
  for (let level = 0; level <= 9; level++) assert.deepEqual(await collectFiles(client.listFiles(level)), [])
})
