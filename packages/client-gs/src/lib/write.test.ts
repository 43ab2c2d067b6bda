import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles, isClientError, withRetry } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { chunksOf, fakeWorlds, fileBytes, key, readAll, TIME_MS } from '../../test/material.ts'
import { PART_BYTES } from '../../test/subject.ts'

const { world } = await fakeWorlds()
const file = key(1, 1n, 9n)
const small = fileBytes(file)
const large = fileBytes(file, 5 * PART_BYTES + 1)
const name = 'app/db/ltx/1/0000000000000001-0000000000000009.ltx'

for (const [what, bytes, puts] of [
  ['a small file', small, 1],
  ['a file of exactly one part', fileBytes(file, PART_BYTES), 1],
  ['a file of two parts', fileBytes(file, 2 * PART_BYTES), 3],
  ['a file of six parts', large, 7],
] as const) {
  test(`writeFile: ${what} → ${puts} requests, Litestream's name and metadata`, async () => {
    const { bucket, client } = world()
    const options = { earliestAtMs: TIME_MS - 1000 }
    const written = await client.writeFile(file, () => chunksOf(bytes), options)
    assert.deepEqual(written, {
      ...file,
      size: bytes.length,
      createdAtMs: TIME_MS,
      earliestAtMs: TIME_MS - 1000,
    })
    assert.equal(bucket.count('PUT'), puts)
    assert.deepEqual(bucket.find(name).metadata, {
      'litestream-timestamp': '2023-11-14T22:13:20.123Z',
      'ltx-earliest-timestamp': '2023-11-14T22:13:19.123Z',
    })
  })
}

test('writeFile: the reply to a small file is lost, then written again → recognised as done', async () => {
  const { bucket, client, fail } = world()
  fail({ kind: 'lose-reply' }, 'PUT')
  const patient = withRetry(client, nodeEnv(), { delayMsMax: 1 })
  const written = await patient.writeFile(file, () => chunksOf(small))
  assert.equal(written.size, small.length)
  assert.equal(bucket.count('PUT'), 2)
  assert.equal(bucket.count('GET'), 1, 'what is stored was compared')
})

for (const [what, fault] of [
  ['is cut', { kind: 'cut' }],
  ['is done, but its reply is lost', { kind: 'lose-reply' }],
  ['is throttled', { kind: 'status', status: 503, reason: 'backendError' }],
  ['is kept in part', { kind: 'keep', bytes: PART_BYTES }],
  ['is not kept at all', { kind: 'keep', bytes: 0 }],
] as const) {
  test(`writeFile: each request of an upload in turn ${what} → stored as it was`, async () => {
    for (let nth = 1; nth <= 4; nth++) {
      const { bucket, client, fail } = world({ partBytes: 2 * PART_BYTES })
      for (let index = 1; index < nth; index++) fail({ kind: 'keep', bytes: Infinity }, 'PUT') // harmless
      fail(fault, 'PUT')
      const write = withRetry(client, nodeEnv(), { delayMsMax: 1 }).writeFile(file, () => chunksOf(large))
      assert.equal((await write).size, large.length, `request ${nth}`)
      assert.deepEqual(new Uint8Array(bucket.find(name).bytes), large, `request ${nth}`)
    }
  })
}

for (const [what, bytes] of [
  ['small', small],
  ['large', large],
] as const) {
  test(`writeFile: the service stores other bytes of a ${what} file than were sent → refused, and the name is free`, async () => {
    const { bucket, client, fail } = world()
    for (let index = 0; index < 3; index++) fail({ kind: 'store-wrong' }, 'PUT')
    await assert.rejects(
      client.writeFile(file, () => chunksOf(bytes.length === small.length ? fileBytes(file, 2000) : bytes)),
    )
    assert.equal(bucket.objects.size, 0)
  })

  test(`writeFile: the source of a ${what} file fails at its end → its own error, nothing stored, no session left`, async () => {
    const { bucket, client } = world()
    const failure = Object.assign(new Error('unexpected EOF'), { code: 'ECONNRESET' })
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield* chunksOf(bytes)
      throw failure
    }
    await assert.rejects(client.writeFile(file, source), (error) => error === failure)
    assert.equal(bucket.objects.size, 0)
    assert.equal(bucket.sessions.size, 0)
    assert.deepEqual(await collectFiles(client.listFiles(1)), [])
  })
}

test('writeFile: another writer is faster by a part → CLIENT_EXISTS, its bytes stay, no session is left', async () => {
  const { bucket, client } = world()
  const source = async function* (): AsyncGenerator<Uint8Array> {
    yield large.subarray(0, 3 * PART_BYTES)
    if (!bucket.objects.has(name)) bucket.store(name, Buffer.from(small))
    yield large.subarray(3 * PART_BYTES)
  }
  await assert.rejects(client.writeFile(file, source), (error) => isClientError(error, 'CLIENT_EXISTS'))
  assert.deepEqual(await readAll(client.readFile(file)), small)
})

test('writeFile: refused, because there is another file → the session is not begun, and nobody gets its address', async () => {
  const { bucket, client } = world()
  bucket.store(name, Buffer.from(small))
  await assert.rejects(
    client.writeFile(file, () => chunksOf(large)),
    (error) => isClientError(error, 'CLIENT_EXISTS'),
  )
  assert.equal(bucket.sessions.size, 0)
})

test('writeFile: a bucket that is missing → CLIENT_BAD_OPTIONS', async () => {
  const { client } = world({ bucket: 'no-such-bucket' })
  for (const bytes of [small, large]) {
    const write = client.writeFile(file, () => chunksOf(bytes))
    await assert.rejects(write, (error) => isClientError(error, 'CLIENT_BAD_OPTIONS'))
  }
})

test('writeFile: one that never ends → not more than a part in memory, and the reason when it is stopped', async () => {
  const { bucket, client } = world()
  const controller = new AbortController()
  const chunk = new Uint8Array(PART_BYTES)
  let sent = 0
  const source = async function* (): AsyncGenerator<Uint8Array> {
    yield small
    for (;;) {
      yield chunk
      sent += chunk.length
      const kept = [...bucket.sessions.values()][0]?.bytes.length ?? 0
      assert.ok(sent + small.length - kept <= 2 * PART_BYTES, `${sent} bytes taken, ${kept} sent`)
      if (sent > 30 * PART_BYTES) controller.abort('enough')
    }
  }
  const write = client.writeFile(file, source, { signal: controller.signal })
  await assert.rejects(write, (reason) => reason === 'enough')
  assert.equal(bucket.objects.size, 0)
})
