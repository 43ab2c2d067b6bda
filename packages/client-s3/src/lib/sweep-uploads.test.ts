import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeS3 } from '../../test/fake-server.ts'
import { fileBytes, key, sourceOf } from '../../test/material.ts'
import { fakeClient } from '../../test/subject.ts'

const HOUR_MS = 3_600_000
const NAME = '0000000000000001-0000000000000007.ltx'
const large = fileBytes(key(9, 1n), 6 * 1024 * 1024)

async function scene(): Promise<FakeS3> {
  const fake = await FakeS3.start()
  const bucket = fake.bucket('backups')
  const rows: readonly [key: string, hours: number][] = [
    [`app/db/0009/${NAME}`, 25],
    [`app/db/0001/${NAME}`, 23], // may be another process that is slow
    ['app/db/photo.jpg', 1000], // somebody else's
    [`app/db2/0009/${NAME}`, 1000], // another replica's
  ]
  for (const [each, hours] of rows) {
    const upload = bucket.uploads.get(bucket.begin(each, {}))
    if (upload !== undefined) upload.initiatedMs = Date.now() - hours * HOUR_MS
  }
  return fake
}

const left = (fake: FakeS3): string[] =>
  [...fake.bucket('backups').uploads.values()].map((upload) => upload.key).toSorted()

test("sweepUploads: the first large file of a process → gives up what is a day old and this replica's, nothing else", async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  await client.writeFile(key(9, 1n), sourceOf(large))
  assert.deepEqual(left(fake), [`app/db/0001/${NAME}`, 'app/db/photo.jpg', `app/db2/0009/${NAME}`])
  fake.requests.length = 0
  await client.writeFile(key(9, 1n, 2n), sourceOf(fileBytes(key(9, 1n, 2n), 6 * 1024 * 1024)))
  assert.ok(!fake.operations().includes('ListMultipartUploads'))
})

test('sweepUploads: not allowed to list uploads → the file is written all the same', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  fake.failNext({ status: 403, code: 'AccessDenied' }, 'ListMultipartUploads')
  await client.writeFile(key(9, 1n), sourceOf(large))
  assert.equal(left(fake).length, 4)
  assert.ok(fake.requests.some((request) => request.key.includes('ltx-probe-')))
})

test('sweepUploads: small files alone → nobody looks for uploads', async () => {
  await using fake = await scene()
  await using client = fakeClient(fake)
  await client.writeFile(key(0, 1n), sourceOf(fileBytes(key(0, 1n))))
  assert.ok(!fake.operations().includes('ListMultipartUploads'))
})
