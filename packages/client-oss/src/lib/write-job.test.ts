import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { silentLogger } from '@ltx/env/node'
import { fakeWorlds } from '../../test/material.ts'
import { CreateOnly } from './create-only.ts'
import { isThere, type WriteJob } from './write-job.ts'

const { server, connection } = await fakeWorlds()

test('isThere: taken, free, and a refusal → yes, no, and the refusal', async () => {
  const bucket = server.newBucket()
  bucket.put('x', Buffer.from('x'), {})
  const job = (key: string): WriteJob => ({
    connection: connection(bucket),
    createOnly: new CreateOnly(silentLogger),
    key,
    what: 'write',
    headers: {},
    signal: new AbortController().signal,
    stop: () => undefined,
  })
  assert.equal(await isThere(job('x')), true)
  assert.equal(await isThere(job('y')), false)
  server.fail(bucket, { kind: 'refuse', status: 403, code: 'AccessDenied' })
  await assert.rejects(isThere(job('x')), (error) => isClientError(error, 'CLIENT_DENIED'))
})
