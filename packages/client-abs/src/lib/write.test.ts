import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles, isClientError, withRetry } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { md5Of } from '../../test/fake-blobs.ts'
import { chunksOf, fakeWorlds, fileBytes, key, readAll, TIME_MS } from '../../test/material.ts'
import { PART_BYTES } from '../../test/subject.ts'
import { BLOCK_RETRIES_MAX } from './write.ts'

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
  test(`writeFile: ${what} → ${puts} requests, Litestream's name and metadata, an MD5 for readers`, async () => {
    const { container, client } = world({ accessTier: 'Cool' })
    const options = { earliestAtMs: TIME_MS - 1000 }
    const written = await client.writeFile(file, () => chunksOf(bytes), options)
    assert.deepEqual(written, {
      ...file,
      size: bytes.length,
      createdAtMs: TIME_MS,
      earliestAtMs: TIME_MS - 1000,
    })
    assert.equal(container.count('PUT'), puts)
    const { metadata, md5, tier } = container.find(name)
    assert.deepEqual(metadata, {
      litestreamtimestamp: '2023-11-14T22:13:20.123Z',
      ltxearliesttimestamp: '2023-11-14T22:13:19.123Z',
    })
    assert.deepEqual([md5, tier], [md5Of(Buffer.from(bytes)), 'Cool'])
  })
}

test('writeFile: nothing said about the tier → the account decides', async () => {
  const { container, client } = world()
  await client.writeFile(file, () => chunksOf(small))
  assert.equal(container.find(name).tier, null)
})

test('writeFile: the reply to a small file is lost, then written again → recognised as done', async () => {
  const { container, client, fail } = world()
  fail({ kind: 'lose-reply' }, 'PUT')
  const patient = withRetry(client, nodeEnv(), { delayMsMax: 1 })
  assert.equal((await patient.writeFile(file, () => chunksOf(small))).size, small.length)
  assert.deepEqual([container.count('PUT'), container.count('GET')], [2, 1], 'what is stored was compared')
})

for (const [what, fault] of [
  ['is cut', { kind: 'cut' }],
  ['is done, but its reply is lost', { kind: 'lose-reply' }],
  ['is throttled', { kind: 'refuse', status: 503, code: 'ServerBusy' }],
  ['arrives with another byte', { kind: 'flip-sent' }],
] as const) {
  test(`writeFile: each block of an upload in turn, and what makes a blob of them, ${what} → stored as it was`, async () => {
    const requests = fault.kind === 'flip-sent' ? 6 : 7
    for (let nth = 1; nth <= requests; nth++) {
      const { container, client, fail } = world()
      for (let index = 1; index < nth; index++) fail({ kind: 'none' }, 'PUT')
      fail(fault, 'PUT')
      assert.equal((await client.writeFile(file, () => chunksOf(large))).size, large.length, `request ${nth}`)
      assert.deepEqual(new Uint8Array(container.find(name).bytes), large, `request ${nth}`)
      assert.equal(container.count('PUT'), 8)
    }
  })
}

test('writeFile: a small file that arrives with another byte → refused by Azure, nothing stored', async () => {
  const { container, client, fail } = world()
  fail({ kind: 'flip-sent' }, 'PUT')
  await assert.rejects(
    client.writeFile(file, () => chunksOf(small)),
    (error) => isClientError(error, 'CLIENT_UNREACHABLE'),
  )
  assert.equal(container.blobs.size, 0)
})

test('writeFile: a block that fails again and again → CLIENT_UNREACHABLE, nothing stored', async () => {
  const { container, client, fail } = world()
  for (let index = 0; index <= BLOCK_RETRIES_MAX; index++) fail({ kind: 'cut' }, 'PUT')
  await assert.rejects(
    client.writeFile(file, () => chunksOf(large)),
    (error) => isClientError(error, 'CLIENT_UNREACHABLE'),
  )
  assert.deepEqual([container.count('PUT'), container.blobs.size], [1 + BLOCK_RETRIES_MAX, 0])
})

for (const [what, bytes] of [
  ['small', small],
  ['large', large],
] as const) {
  test(`writeFile: the source of a ${what} file fails at its end → its own error, nothing stored, the name is free`, async () => {
    const { container, client } = world()
    const failure = Object.assign(new Error('unexpected EOF'), { code: 'ECONNRESET' })
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield* chunksOf(bytes)
      throw failure
    }
    await assert.rejects(client.writeFile(file, source), (error) => error === failure)
    assert.equal(container.blobs.size, 0)
    assert.deepEqual(await collectFiles(client.listFiles(1)), [])
    await client.writeFile(file, () => chunksOf(small))
    assert.deepEqual(await readAll(client.readFile(file)), small, 'blocks that were left are not in the way')
  })
}

test('writeFile: another writer is faster by a block → CLIENT_EXISTS, and its bytes stay', async () => {
  const { container, client } = world()
  const source = async function* (): AsyncGenerator<Uint8Array> {
    yield large.subarray(0, 3 * PART_BYTES)
    if (!container.blobs.has(name)) container.put(name, Buffer.from(small))
    yield large.subarray(3 * PART_BYTES)
  }
  // What the other has stored takes our blocks away: the next one begins anew, and the last request finds the name taken.
  await assert.rejects(client.writeFile(file, source), (error) => isClientError(error, 'CLIENT_EXISTS'))
  assert.deepEqual(await readAll(client.readFile(file)), small)
})

test('writeFile: two writers in blocks at once, each with its own bytes → one wins with its own, no block of the other in it', async () => {
  const { client } = world()
  const other = fileBytes(file, large.length, 11)
  const outcomes = await Promise.allSettled(
    [large, other].map((bytes) => client.writeFile(file, () => chunksOf(bytes))),
  )
  const winners = outcomes.map(({ status }) => status === 'fulfilled')
  assert.equal(winners.filter(Boolean).length, 1)
  assert.deepEqual(await readAll(client.readFile(file)), winners[0] === true ? large : other)
})

test('writeFile: a large file that is there already → found out before anything is sent', async () => {
  const { container, client } = world()
  container.put(name, Buffer.from(large))
  assert.equal((await client.writeFile(file, () => chunksOf(large))).size, large.length)
  assert.equal(container.count('PUT'), 0)
})

test('writeFile: a container that is missing → CLIENT_BAD_OPTIONS', async () => {
  const { client } = world({ container: 'no-such-container' })
  for (const bytes of [small, large]) {
    const write = client.writeFile(file, () => chunksOf(bytes))
    await assert.rejects(write, (error) => isClientError(error, 'CLIENT_BAD_OPTIONS'))
  }
})

test('writeFile: one that never ends → not more than a part in memory, and the reason when it is stopped', async () => {
  const { container, client } = world()
  const controller = new AbortController()
  const chunk = new Uint8Array(PART_BYTES)
  let sent = 0
  const source = async function* (): AsyncGenerator<Uint8Array> {
    yield small
    for (;;) {
      yield chunk
      sent += chunk.length
      const kept = (container.blocks.get(name)?.size ?? 0) * PART_BYTES
      assert.ok(sent + small.length - kept <= 2 * PART_BYTES, `${sent} bytes taken, ${kept} sent`)
      if (sent > 30 * PART_BYTES) controller.abort('enough')
    }
  }
  const write = client.writeFile(file, source, { signal: controller.signal })
  await assert.rejects(write, (reason) => reason === 'enough')
  assert.equal(container.blobs.size, 0)
})
