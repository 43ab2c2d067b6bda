import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError, type ReplicaClient } from '@ltx/client-core'
import { chunksOf, fakeWorlds, fileBytes, key, readAll, TIME_MS } from '../../test/material.ts'

const { world } = await fakeWorlds()

const file = key(0, 1n)
const KEY = 'app/db/0000/0000000000000001-0000000000000001.ltx'

const write = (client: ReplicaClient, bytes: Uint8Array = fileBytes(file)): Promise<unknown> =>
  client.writeFile(file, () => chunksOf(bytes))

test('write: a small file → one request that stores it, and one that proves that it is not replaced', async () => {
  const { client, bucket, count } = world()
  await write(client)
  assert.deepEqual([count('PutObject'), count('HeadObject')], [2, 1])
  assert.equal(
    bucket.objects.get(KEY)?.metadata['x-oss-meta-litestream-timestamp'],
    new Date(TIME_MS).toISOString(),
  )
  const next = key(0, 2n)
  await client.writeFile(next, () => chunksOf(fileBytes(next)))
  assert.deepEqual([count('PutObject'), count('HeadObject')], [3, 1])
  assert.equal(client.abilities.createOnly, true)
})

test('write: the same bytes again → done; others → CLIENT_EXISTS, and nothing changed', async () => {
  const { client, bucket } = world()
  await write(client)
  await write(client)
  await assert.rejects(write(client, fileBytes(file, 500, 11)), (error) =>
    isClientError(error, 'CLIENT_EXISTS'),
  )
  assert.deepEqual(new Uint8Array(bucket.objects.get(KEY)?.bytes ?? []), fileBytes(file))
})

test('write: a bucket with versions → not create-only, known after the first file, and still no file is replaced', async () => {
  const { client, bucket } = world()
  bucket.versioned = true
  await write(client)
  assert.equal(client.abilities.createOnly, false)
  await assert.rejects(write(client, fileBytes(file, 500, 11)), (error) =>
    isClientError(error, 'CLIENT_EXISTS'),
  )
  assert.deepEqual(new Uint8Array(bucket.objects.get(KEY)?.bytes ?? []), fileBytes(file))
})

test('write: the reply is lost → CLIENT_UNREACHABLE, and written again it is done', async () => {
  const { client, bucket, fail } = world()
  fail({ kind: 'lost-reply' }, 'PutObject')
  await assert.rejects(write(client), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
  await write(client)
  assert.equal(bucket.objects.size, 1)
})

test('write: the bucket is full → CLIENT_FULL', async () => {
  const { client, bucket } = world()
  bucket.quotaBytes = 100
  await assert.rejects(write(client), (error) => isClientError(error, 'CLIENT_FULL'))
})

test('write: twenty at once with bytes of their own → one is stored', async () => {
  const { client } = world()
  const warm = key(9, 1n)
  await client.writeFile(warm, () => chunksOf(fileBytes(warm)))
  const contents = Array.from({ length: 20 }, (_, index) => fileBytes(file, 500, index + 1))
  const outcomes = await Promise.allSettled(contents.map((bytes) => write(client, bytes)))
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  const winner = contents[outcomes.findIndex(({ status }) => status === 'fulfilled')]
  assert.deepEqual(await readAll(client.readFile(file)), winner)
})

test('write: the same bytes, and the proof is interrupted → done, and proven the next time', async () => {
  const { client, count, fail } = world()
  fail({ kind: 'refuse', status: 503, code: 'SlowDown' }, 'HeadObject')
  await assert.rejects(write(client), (error) => isClientError(error, 'CLIENT_BUSY'))
  await write(client)
  assert.equal(count('PutObject'), 2)
})
