import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { SECRET, SECURITY_TOKEN } from '../../test/check-signature.ts'
import { fakeWorlds } from '../../test/material.ts'
import type { Connection, OssAnswer } from './connect.ts'

const { server, connection } = await fakeWorlds()

const look = (to: Connection, signal?: AbortSignal): Promise<OssAnswer> =>
  to.exchange({ kind: 'LIST', what: 'look', method: 'GET', query: { prefix: 'p/', 'max-keys': 1 }, signal })

for (const signature of ['v1', 'v4'] as const) {
  test(`connection: signed with ${signature} → accepted, with temporary credentials as well`, async () => {
    const bucket = server.newBucket()
    server.signatures.clear()
    await look(connection(bucket, { signature }))
    await look(connection(bucket, { signature, securityToken: SECURITY_TOKEN }))
    assert.deepEqual([...server.signatures], [signature])
  })

  test(`connection: signed with ${signature}, an object with an odd name → accepted`, async () => {
    const bucket = server.newBucket()
    for (const name of ['./0000/x', 'a b+c', 'é/ü', "q?x=1&y#'()!*", 'a//b']) {
      const to = connection(bucket, { signature })
      await to.exchange({ kind: 'PUT', what: 'put', method: 'PUT', key: name, body: Buffer.from(name) })
      assert.equal(bucket.objects.get(name)?.bytes.toString(), name)
    }
  })

  test(`connection: signed with ${signature} and a wrong secret → CLIENT_DENIED without it`, async () => {
    const to = connection(server.newBucket(), { signature, accessKeySecret: 'hush' })
    await assert.rejects(
      look(to),
      (error) =>
        isClientError(error, 'CLIENT_DENIED') && !/hush/.test(`${error.stack} ${String(error.cause)}`),
    )
  })
}

test('connection: a key that begins with a slash → CLIENT_BAD_OPTIONS that says what to do', async () => {
  const request = { kind: 'PUT', what: 'put', method: 'PUT', key: '/0000/x', body: Buffer.from('x') } as const
  await assert.rejects(
    connection(server.newBucket()).exchange(request),
    (error) => isClientError(error, 'CLIENT_BAD_OPTIONS') && error.message.includes('oss://BUCKET/PATH'),
  )
})

test('connection: another region than the bucket’s → CLIENT_BAD_OPTIONS', async () => {
  await assert.rejects(
    look(connection(server.newBucket(), { region: 'cn-beijing' })),
    (error) => isClientError(error, 'CLIENT_BAD_OPTIONS') && error.message.includes('region'),
  )
})

test('connection: a wrong clock → CLIENT_DENIED that says by how much; serverTimeMs → the service’s', async () => {
  const to = connection(server.newBucket())
  server.clockAheadMs = -3_600_000
  try {
    await assert.rejects(
      look(to),
      (error) => isClientError(error, 'CLIENT_DENIED') && error.message.includes('60 minutes ahead'),
    )
    assert.ok(Math.abs((to.serverTimeMs ?? 0) - Date.now() + 3_600_000) < 60_000)
  } finally {
    server.clockAheadMs = 0
  }
})

test('connection: bytes that change on their way up → CLIENT_UNREACHABLE, and nothing is stored', async () => {
  const bucket = server.newBucket()
  server.fail(bucket, { kind: 'flip-sent' })
  const request = { kind: 'PUT', what: 'put', method: 'PUT', key: 'x', body: new Uint8Array(200) } as const
  await assert.rejects(connection(bucket).exchange(request), (error) =>
    isClientError(error, 'CLIENT_UNREACHABLE'),
  )
  assert.equal(bucket.objects.size, 0)
})

test('connection: no answer → CLIENT_UNREACHABLE after the time limit; the next request works', async () => {
  const bucket = server.newBucket()
  const to = connection(bucket, { timeoutMs: 500 })
  server.fail(bucket, { kind: 'hang' })
  await assert.rejects(look(to), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
  await look(to)
})

test('connection: aborted → the reason itself', async () => {
  const bucket = server.newBucket()
  server.fail(bucket, { kind: 'hang' })
  const reason = new Error('enough')
  const controller = new AbortController()
  const waiting = assert.rejects(look(connection(bucket), controller.signal), (error) => error === reason)
  setTimeout(() => controller.abort(reason), 20)
  await waiting
})

test('connection: closed while a request waits → CLIENT_CLOSED, and afterwards as well', async () => {
  const bucket = server.newBucket()
  const to = connection(bucket)
  await look(to)
  server.fail(bucket, { kind: 'hang' })
  const waiting = assert.rejects(look(to), (error) => isClientError(error, 'CLIENT_CLOSED'))
  await new Promise((resolve) => setTimeout(resolve, 20))
  await to.close()
  await waiting
  await assert.rejects(look(to), (error) => isClientError(error, 'CLIENT_CLOSED'))
})

test('connection: an answer of a portal in between → its words, and no secret', async () => {
  const bucket = server.newBucket()
  server.fail(bucket, { kind: 'bare', status: 502 })
  await assert.rejects(
    look(connection(bucket)),
    (error) => isClientError(error, 'CLIENT_UNREACHABLE') && !error.message.includes(SECRET),
  )
})
