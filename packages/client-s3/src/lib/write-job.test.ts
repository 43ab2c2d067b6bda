import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { FakeS3 } from '../../test/fake-server.ts'
import { fileBytes, key, sourceOf } from '../../test/material.ts'
import { fakeClient } from '../../test/subject.ts'
import { Connection } from './connect.ts'
import { CreateOnly } from './create-only.ts'
import { checkOptions, type S3ClientOptions } from './options.ts'
import { bodyChecksum, look, newObject, settle, takenBy, type WriteJob } from './write-job.ts'

const env = nodeEnv()
const file = key(0, 1n)
const bytes = fileBytes(file)

function jobOn(fake: FakeS3, options: Partial<S3ClientOptions> = {}): WriteJob {
  const settings = checkOptions({
    env,
    bucket: 'backups',
    path: 'app/db',
    endpoint: fake.endpoint,
    ...fake.keys,
    ...options,
  })
  return {
    connection: new Connection(settings),
    createOnly: new CreateOnly(env.logger),
    client: fakeClient(fake),
    file,
    key: 'app/db/0000/0000000000000001-0000000000000001.ltx',
    what: 'write it',
    source: sourceOf(bytes),
    metadata: { a: 'b' },
    signal: new AbortController().signal,
    stop: () => undefined,
  }
}

test('newObject: metadata, and what is set of class and KMS → nothing else', async () => {
  await using fake = await FakeS3.start()
  assert.deepEqual(newObject(jobOn(fake)), { Metadata: { a: 'b' } })
  assert.deepEqual(newObject(jobOn(fake, { storageClass: 'X', sseKmsKeyId: 'k' })), {
    Metadata: { a: 'b' },
    StorageClass: 'X',
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: 'k',
  })
})

test('bodyChecksum: an endpoint, or unsigned bodies → an MD5; AWS with signed ones, or switched off → none', () => {
  const md5 = createHash('md5').update(bytes).digest('base64')
  const rows: readonly [options: Partial<S3ClientOptions>, expected: object][] = [
    [{ endpoint: 'https://example.com' }, { ContentMD5: md5 }],
    [{ endpoint: 'https://example.com', signPayload: false }, { ContentMD5: md5 }],
    [{ endpoint: 'https://example.com', requireContentMd5: false }, {}],
    [{}, {}],
    [{ signPayload: false }, { ContentMD5: md5 }],
    [{ endpoint: 'https://t3.storage.dev' }, {}],
  ]
  for (const [options, expected] of rows) {
    assert.deepEqual(
      bodyChecksum(new Connection(checkOptions({ env, bucket: 'b', ...options })), bytes),
      expected,
    )
  }
})

test('look: there, not there, not allowed to look → what it has, null, null; trouble → the error', async () => {
  await using fake = await FakeS3.start()
  const job = jobOn(fake)
  assert.equal(await look(job), null)
  fake.bucket('backups').put(job.key, bytes, {})
  assert.equal((await look(job))?.size, bytes.length)
  for (const status of [400, 403]) {
    fake.failNext({ status, code: 'AccessDenied' })
    assert.equal(await look(job), null)
  }
  fake.failNext({ status: 503, code: 'SlowDown' })
  await assert.rejects(look(job), (error) => isClientError(error, 'CLIENT_BUSY'))
})

test('settle: the same bytes → done; others → CLIENT_EXISTS; gone meanwhile → CLIENT_BUSY', async () => {
  await using fake = await FakeS3.start()
  fake.bucket('backups')
  const job = jobOn(fake)
  await assert.rejects(settle(job, job.source), (error) => isClientError(error, 'CLIENT_BUSY'))
  fake.bucket('backups').put(job.key, bytes, {})
  await settle(job, job.source)
  await assert.rejects(settle(job, sourceOf(fileBytes(file, 500, 9))), (error) =>
    isClientError(error, 'CLIENT_EXISTS'),
  )
})

test('takenBy: a file → an error that names it and asks for the other writer', () => {
  assert.match(takenBy(file).message, /CLIENT_EXISTS: level 0 file 0{15}1-0{15}1\.ltx.*another process/)
})
