import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { test } from 'vitest'
import { isClientError, type ReplicaClient } from '@ltx/client-core'
import { chunksOf, fakeWorlds, fileBytes, key, readAll } from '../../test/material.ts'
import { sweepUploads } from './multipart.ts'

const { world, connection } = await fakeWorlds()

const file = key(0, 1n)
const large = fileBytes(file, 450_000)
const KEY = 'app/db/0000/0000000000000001-0000000000000001.ltx'

const write = (client: ReplicaClient, bytes: Uint8Array = large, signal?: AbortSignal): Promise<unknown> =>
  client.writeFile(file, () => chunksOf(bytes), { signal })

test('multipart: a large file → in parts, with its metadata, and no upload is left', async () => {
  const { client, bucket, count } = world()
  await write(client)
  assert.deepEqual([count('UploadPart'), count('PutObject'), bucket.uploads.size], [5, 0, 0])
  assert.deepEqual(await readAll(client.readFile(file)), large)
  assert.ok(bucket.objects.get(KEY)?.metadata['x-oss-meta-litestream-timestamp'])
})

test('multipart: the name is taken → CLIENT_EXISTS or done by its bytes, and no upload is left', async () => {
  const { client, bucket } = world()
  await write(client)
  await write(client)
  await assert.rejects(write(client, fileBytes(file, 450_000, 11)), (error) =>
    isClientError(error, 'CLIENT_EXISTS'),
  )
  await client.close()
  assert.equal(bucket.uploads.size, 0)
})

test('multipart: taken by another while the parts go up → refused at the end', async () => {
  const { client, bucket, count } = world()
  const source = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of chunksOf(large)) yield chunk
    bucket.put(KEY, Buffer.from('of another writer'), {})
  }
  await assert.rejects(client.writeFile(file, source), (error) => isClientError(error, 'CLIENT_EXISTS'))
  await client.close()
  assert.deepEqual([bucket.objects.get(KEY)?.bytes.toString(), bucket.uploads.size], ['of another writer', 0])
  assert.ok(count('AbortUpload') > 0)
})

test('multipart: a proven bucket and a name that is taken → refused before a part is sent', async () => {
  const { client, bucket, count } = world()
  const small = key(1, 1n)
  await client.writeFile(small, () => chunksOf(fileBytes(small)))
  bucket.put(KEY, Buffer.from('of another writer'), {})
  await assert.rejects(write(client), (error) => isClientError(error, 'CLIENT_EXISTS'))
  assert.equal(count('UploadPart'), 0)
})

test('multipart: a part that fails once → sent again', async () => {
  const { client, count, fail } = world()
  fail({ kind: 'refuse', status: 503, code: 'SlowDown' }, 'UploadPart')
  fail({ kind: 'cut' }, 'UploadPart')
  await write(client)
  assert.equal(count('UploadPart'), 7)
  assert.deepEqual(await readAll(client.readFile(file)), large)
})

test('multipart: a part that is refused → that failure, nothing visible, and the upload is given up', async () => {
  const { client, bucket, fail } = world()
  fail({ kind: 'refuse', status: 403, code: 'AccessDenied' }, 'UploadPart')
  await assert.rejects(write(client), (error) => isClientError(error, 'CLIENT_DENIED'))
  await client.close()
  assert.deepEqual([bucket.objects.size, bucket.uploads.size], [0, 0])
})

test('multipart: a source that fails in the middle → its own error, and the upload is given up', async () => {
  const { client, bucket } = world()
  const failure = new Error('the disk')
  const source = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield large.slice(0, 300_000)
    throw failure
  }
  await assert.rejects(client.writeFile(file, source), (error) => error === failure)
  await client.close()
  assert.deepEqual([bucket.objects.size, bucket.uploads.size], [0, 0])
})

for (const operation of ['InitiateUpload', 'UploadPart', 'CompleteUpload'] as const) {
  test(`multipart: aborted in ${operation} → the reason at once, and no upload is left`, async () => {
    const { client, bucket, count, fail } = world({ timeoutMs: 300 })
    fail({ kind: 'hang' }, operation)
    const controller = new AbortController()
    const reason = new Error('enough')
    const writing = assert.rejects(write(client, large, controller.signal), (error) => error === reason)
    while (count(operation) === 0) await setTimeout(2)
    controller.abort(reason)
    await writing
    await client.close()
    assert.deepEqual([bucket.objects.size, bucket.uploads.size], [0, 0])
  })
}

test('multipart: aborted while the upload begins, and it begins nevertheless → given up', async () => {
  const { client, bucket, count } = world()
  const controller = new AbortController()
  const writing = client
    .writeFile(file, () => chunksOf(large), { signal: controller.signal })
    .catch((error: unknown) => error)
  while (count('HeadObject') === 0) await setTimeout(1)
  controller.abort('enough')
  assert.equal(await writing, 'enough')
  await setTimeout(50)
  await client.close()
  assert.equal(bucket.uploads.size, 0)
})

test('multipart: the reply to the last request is lost → looked for, compared, and done', async () => {
  const { client, bucket, fail } = world()
  fail({ kind: 'lost-reply' }, 'CompleteUpload')
  await write(client)
  await client.close()
  assert.deepEqual([bucket.objects.size, bucket.uploads.size], [1, 0])
})

const nameIn = (path: string): string => `${path}/0000/0000000000000001-0000000000000001.ltx`

test('sweepUploads: uploads of all kinds → only old ones of this replica are given up', async () => {
  const { bucket } = world()
  const [old, young, elsewhere, foreign] = [
    bucket.begin(nameIn('p'), {}),
    bucket.begin(nameIn('p'), {}),
    bucket.begin(nameIn('p2'), {}),
    bucket.begin('p/notes', {}),
  ]
  for (const [id, upload] of bucket.uploads) if (id !== young) upload.initiatedMs -= 25 * 3_600_000
  const to = connection(bucket)
  await sweepUploads(to)
  await to.close()
  assert.deepEqual([...bucket.uploads.keys()], [young, elsewhere, foreign])
  assert.equal(bucket.uploads.has(old), false)
})

test('multipart: the first upload of a client → sweeps beside it', async () => {
  const { client, bucket } = world()
  const left = bucket.begin('app/db/0000/0000000000000007-0000000000000007.ltx', {})
  const upload = bucket.uploads.get(left)
  if (upload !== undefined) upload.initiatedMs -= 25 * 3_600_000
  await write(client)
  await client.close()
  assert.equal(bucket.uploads.size, 0)
})
