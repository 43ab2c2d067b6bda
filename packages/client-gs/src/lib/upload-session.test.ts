import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { chunksOf, fakeWorlds, fileBytes, key } from '../../test/material.ts'
import { PART_BYTES } from '../../test/subject.ts'
import { PART_RETRIES_MAX } from './upload-session.ts'

const { world } = await fakeWorlds()
const file = key(9, 1n, 5n)
const bytes = fileBytes(file, 3 * PART_BYTES)
const begun = { kind: 'keep', bytes: Infinity } as const

test('sendPart: a part that fails again and again → given up with CLIENT_UNREACHABLE, the session is cancelled', async () => {
  const { bucket, client, fail } = world()
  fail(begun, 'PUT')
  for (let index = 0; index <= PART_RETRIES_MAX; index++) fail({ kind: 'cut' }, 'PUT')
  const write = client.writeFile(file, () => chunksOf(bytes))
  await assert.rejects(write, (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
  assert.equal(bucket.count('PUT'), 2 + PART_RETRIES_MAX)
  assert.equal(bucket.sessions.size, 0)
})

test('sendPart: a service that keeps nothing, and says so → given up', async () => {
  const { bucket, client, fail } = world()
  fail(begun, 'PUT')
  for (let index = 0; index < 50; index++) fail({ kind: 'keep', bytes: 0 }, 'PUT')
  await assert.rejects(
    client.writeFile(file, () => chunksOf(bytes)),
    (error) => isClientError(error, 'CLIENT_UNREACHABLE'),
  )
  assert.ok(bucket.count('PUT') < 10)
})

test('sendPart: a session that the service has forgotten → CLIENT_UNREACHABLE: the whole file again, not a missing bucket', async () => {
  const { bucket, client } = world()
  const source = async function* (): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, 2 * PART_BYTES)
    bucket.sessions.clear()
    yield bytes.subarray(2 * PART_BYTES)
  }
  await assert.rejects(client.writeFile(file, source), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
})

test('sendPart: no permission in the middle → CLIENT_DENIED at once', async () => {
  const { bucket, client, fail } = world()
  fail(begun, 'PUT')
  fail({ kind: 'status', status: 403, reason: 'forbidden' }, 'PUT')
  await assert.rejects(
    client.writeFile(file, () => chunksOf(bytes)),
    (error) => isClientError(error, 'CLIENT_DENIED'),
  )
  assert.equal(bucket.count('PUT'), 2)
  assert.equal(bucket.sessions.size, 0)
})

test('sendPart: the signal fires before it waits to try again → the reason at once, nothing is sent any more', async () => {
  const controller = new AbortController()
  const { bucket, client, fail } = world({
    onRequest: ({ failure }) => {
      if (failure !== null) controller.abort('stop')
    },
  })
  fail(begun, 'PUT')
  fail({ kind: 'status', status: 500, reason: 'x' }, 'PUT')
  const write = client.writeFile(file, () => chunksOf(bytes), { signal: controller.signal })
  await assert.rejects(write, (reason) => reason === 'stop')
  assert.equal(bucket.count('PUT'), 2)
})
