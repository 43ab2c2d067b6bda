import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import type { Conditions } from '../../test/fake-bucket.ts'
import { FakeS3 } from '../../test/fake-server.ts'
import { fileBytes, key, readAll, sourceOf } from '../../test/material.ts'
import { fakeClient } from '../../test/subject.ts'

const MIB = 1024 * 1024
const file = key(9, 1n)
const bytes = fileBytes(file, 6 * MIB)

async function scene(conditions: Conditions): Promise<FakeS3> {
  const fake = await FakeS3.start()
  fake.bucket('backups').conditionalComplete = conditions
  return fake
}

function probes(fake: FakeS3): string[] {
  return fake.requests
    .filter((request) => request.key.includes('ltx-probe-'))
    .map(({ operation }) => operation)
}

const STEPS = ['PutObject', 'CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload']

test('uploads in parts: the first of a process → tried on an object beside it, which is gone afterwards; the second → not', async () => {
  await using fake = await scene('honoured')
  await using client = fakeClient(fake)
  await client.writeFile(file, sourceOf(bytes))
  assert.deepEqual(probes(fake), [...STEPS, 'AbortMultipartUpload', 'DeleteObject'])
  assert.deepEqual(
    [...fake.bucket('backups').objects.keys()],
    ['app/db/0009/0000000000000001-0000000000000001.ltx'],
  )
  assert.equal(fake.bucket('backups').uploads.size, 0)
  assert.equal(client.abilities.createOnly, true)
  fake.requests.length = 0
  await client.writeFile(key(9, 1n, 2n), sourceOf(fileBytes(key(9, 1n, 2n), 6 * MIB)))
  assert.deepEqual(probes(fake), [])
  assert.ok(!fake.operations().includes('HeadObject'))
})

for (const conditions of ['ignored', 'refused'] as const) {
  test(`uploads in parts: a server where the condition is ${conditions} at their end → every one looks before, nothing is replaced`, async () => {
    await using fake = await scene(conditions)
    await using client = fakeClient(fake)
    await client.writeFile(file, sourceOf(bytes))
    assert.equal(client.abilities.createOnly, false)
    const other = fileBytes(file, 6 * MIB, 99)
    await assert.rejects(client.writeFile(file, sourceOf(other)), (error) =>
      isClientError(error, 'CLIENT_EXISTS'),
    )
    assert.deepEqual(await readAll(client.readFile(file)), bytes)
    await client.writeFile(key(9, 1n, 2n), sourceOf(fileBytes(key(9, 1n, 2n), 6 * MIB)))
    const last = fake.requests.findLast(({ operation }) => operation === 'CompleteMultipartUpload')
    assert.equal(last?.headers['if-none-match'], undefined)
    assert.equal(fake.bucket('backups').uploads.size, 0)
    assert.ok([...fake.bucket('backups').objects.keys()].every((each) => !each.includes('probe')))
  })
}

test('uploads in parts: a probe that fails → the file is written all the same, looked for before, and the next one probes', async () => {
  await using fake = await scene('honoured')
  await using client = fakeClient(fake)
  fake.failNext({ status: 403, code: 'AccessDenied' }, (request) => request.key.includes('ltx-probe-'))
  await client.writeFile(file, sourceOf(bytes))
  assert.ok(
    fake.requests.some(({ operation, key: of }) => operation === 'HeadObject' && of.includes('0009/')),
  )
  await client.writeFile(key(9, 1n, 2n), sourceOf(fileBytes(key(9, 1n, 2n), 6 * MIB)))
  assert.deepEqual(probes(fake).slice(-6), [...STEPS, 'AbortMultipartUpload', 'DeleteObject'])
})

test('uploads in parts: an abort while the probe hangs → the reason at once', async () => {
  await using fake = await scene('honoured')
  await using client = fakeClient(fake, { timeoutMs: 2000 })
  fake.failNext('silence', (request) => request.key.includes('ltx-probe-'))
  const controller = new AbortController()
  const writing = client.writeFile(file, sourceOf(bytes), { signal: controller.signal })
  setTimeout(() => controller.abort('enough'), 300)
  await assert.rejects(writing, (error) => error === 'enough')
  assert.equal(fake.bucket('backups').objects.size, 0)
})
