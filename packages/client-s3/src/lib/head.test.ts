import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { FakeS3 } from '../../test/fake-server.ts'
import { Connection } from './connect.ts'
import { headObject } from './head.ts'
import { checkOptions } from './options.ts'

test('headObject: an object → its size, ETag and metadata; a missing one → CLIENT_NOT_FOUND', async () => {
  await using fake = await FakeS3.start()
  fake
    .bucket('b')
    .put('k', new Uint8Array(7), { 'x-amz-meta-litestream-timestamp': 'x', 'x-amz-meta-other': 'y' })
  const connection = new Connection(
    checkOptions({ env: nodeEnv(), bucket: 'b', endpoint: fake.endpoint, ...fake.keys }),
  )
  const head = await headObject(connection, 'look', 'k', undefined)
  assert.deepEqual(head, {
    size: 7,
    etag: fake.bucket('b').objectAt('k').etag,
    metadata: { 'litestream-timestamp': 'x', other: 'y' },
  })
  await assert.rejects(headObject(connection, 'look', 'missing', undefined), (error) =>
    isClientError(error, 'CLIENT_NOT_FOUND'),
  )
  connection.close()
})
