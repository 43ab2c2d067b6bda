import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles, isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { FakeS3 } from '../../test/fake-server.ts'
import { fileBytes, key, readAll, sourceOf } from '../../test/material.ts'
import { fakeClient } from '../../test/subject.ts'
import { s3Client } from './client.ts'
import { s3OptionsFrom } from './options-from.ts'

const file = key(0, 1n)
const bytes = fileBytes(file)

const urls: readonly [url: string, shown: string][] = [
  ['s3://b/p/q', 's3://b/p/q'],
  ['s3://b/', 's3://b/'],
  ['s3://b', 's3://b'],
  ['s3://b/p?endpoint=localhost:9000', 's3://b/p?endpoint=localhost:9000'],
  ['s3://b/p?endpoint=https://x.supabase.co/storage/v1/s3', 's3://b/p?endpoint=x.supabase.co/storage/v1/s3'],
  ['s3://b.fra1.digitaloceanspaces.com/p', 's3://b/p?endpoint=fra1.digitaloceanspaces.com'],
]

for (const [url, shown] of urls) {
  test(`url: ${url} → shown as ${shown}`, () => {
    const environment = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' }
    const client = s3Client({ ...s3OptionsFrom({ url, keys: {}, environment }), env: nodeEnv() })
    assert.equal(client.url, shown)
    assert.equal(client.type, 's3')
  })
}

for (const [path, prefix] of [
  ['', '/'],
  ['.', './'],
  ['foo/', 'foo//'],
  ['/foo', '/foo/'],
  ['with space/é+%', 'with space/é+%/'],
] as const) {
  test(`path ${JSON.stringify(path)} → keys begin with ${JSON.stringify(prefix)}; written, listed, read, deleted`, async () => {
    await using fake = await FakeS3.start()
    fake.bucket('backups')
    await using client = fakeClient(fake, { path })
    await client.writeFile(file, sourceOf(bytes))
    assert.deepEqual(
      [...fake.bucket('backups').objects.keys()],
      [`${prefix}0000/0000000000000001-0000000000000001.ltx`],
    )
    assert.equal((await collectFiles(client.listFiles(0))).length, 1)
    assert.deepEqual(await readAll(client.readFile(file)), bytes)
    await client.deleteFiles([file])
    assert.equal(fake.bucket('backups').objects.size, 0)
  })
}

test('init: an endpoint is given → no request', async () => {
  await using fake = await FakeS3.start()
  await using client = fakeClient(fake)
  await client.init()
  assert.deepEqual(fake.operations(), [])
})

test('serverTimeMs: asked before anything else → one small request; afterwards → none', async () => {
  await using fake = await FakeS3.start()
  fake.bucket('backups')
  fake.clockMs = -90_000
  await using client = fakeClient(fake)
  for (let round = 0; round < 2; round++) {
    const serverMs = (await client.serverTimeMs?.()) ?? 0
    assert.ok(Math.abs(serverMs - (Date.now() - 90_000)) < 10_000)
  }
  assert.equal(fake.requests.length, 1)
})

test('serverTimeMs: the answer is a refusal → its date counts', async () => {
  await using fake = await FakeS3.start()
  await using client = fakeClient(fake, { secretAccessKey: 'wrong' })
  assert.ok(Math.abs(((await client.serverTimeMs?.()) ?? 0) - Date.now()) < 10_000)
})

test('a level that does not exist → RangeError, before anything is sent', async () => {
  await using fake = await FakeS3.start()
  await using client = fakeClient(fake)
  await assert.rejects(client.writeFile({ ...file, level: 10 }, sourceOf(bytes)), RangeError)
  await assert.rejects(client.deleteFiles([{ ...file, level: -1 }]), RangeError)
  assert.deepEqual(fake.operations(), [])
})

test('close: in the middle of a large upload → CLIENT_CLOSED, nothing stored, the upload given up', async () => {
  await using fake = await FakeS3.start()
  fake.bucket('backups')
  await using client = fakeClient(fake)
  const large = fileBytes(file, 12 * 1024 * 1024)
  const writing = client.writeFile(file, async function* () {
    yield large.subarray(0, 11 * 1024 * 1024)
    await client.close()
    yield large.subarray(11 * 1024 * 1024)
  })
  await assert.rejects(writing, (error) => isClientError(error, 'CLIENT_CLOSED'))
  const own = [...fake.bucket('backups').uploads.values()].filter((upload) => upload.key.includes('/0000/'))
  assert.deepEqual(own, [])
  assert.ok(![...fake.bucket('backups').objects.keys()].some((each) => each.includes('/0000/')))
})
