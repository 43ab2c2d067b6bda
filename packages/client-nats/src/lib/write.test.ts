import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { test } from 'vitest'
import { isClientError, type ReplicaClient } from '@ltx/client-core'
import { headerOf, type FakeStream } from '../../test/fake-stream.ts'
import { chunksOf, fakeWorlds, fileBytes, key, readAll, TIME_MS } from '../../test/material.ts'
import { metaSubject } from './object-meta.ts'

const { server, world } = await fakeWorlds()

const file = key(0, 1n)
const NAME = 'app/db/ltx/0/0000000000000001-0000000000000001.ltx'
const LARGE = 700_000

const write = (client: ReplicaClient, bytes: Uint8Array, signal?: AbortSignal): Promise<unknown> =>
  client.writeFile(file, () => chunksOf(bytes), { signal })
const metaOf = (stream: FakeStream): Record<string, unknown> => {
  const [message] = stream.of(metaSubject(stream.bucket, NAME))
  return JSON.parse(message?.data.toString() ?? 'null') as Record<string, unknown>
}

/** What is stored, once what runs in the background is done. */
async function chunksIn(stream: FakeStream): Promise<number[]> {
  await server.whenQuiet()
  return stream.of(`$O.${stream.bucket}.C.>`).map(({ data }) => data.length)
}

test('write: a large file → full chunks with the name of their object, and one message that makes them one', async () => {
  const { stream, client, reports } = world()
  const bytes = fileBytes(file, LARGE)
  await write(client, bytes)
  assert.deepEqual(await chunksIn(stream), [131_072, 131_072, 131_072, 131_072, 131_072, 44_640])
  const [chunk] = stream.of(`$O.${stream.bucket}.C.>`)
  assert.equal(decodeURIComponent(headerOf(chunk?.headers ?? Buffer.alloc(0), 'Ltx-Object') ?? ''), NAME)
  const { digest, size, chunks, headers, deleted } = metaOf(stream)
  const sha = createHash('sha256').update(bytes).digest('base64').replaceAll('+', '-').replaceAll('/', '_')
  assert.deepEqual({ digest, size, chunks }, { digest: `SHA-256=${sha}`, size: LARGE, chunks: 6 })
  assert.deepEqual(headers, { 'Litestream-Timestamp': [new Date(TIME_MS).toISOString()] })
  assert.equal(deleted, undefined)
  const sent = reports.filter(({ kind }) => kind === 'PUT').reduce((sum, { bytesUp }) => sum + bytesUp, 0)
  assert.ok(sent > LARGE && sent < LARGE + 1000)
})

test('write: a server that takes small messages alone → smaller chunks', async () => {
  const { server: small, world: smallWorld } = await fakeWorlds({ payloadMax: 10_000 })
  const { stream, client } = smallWorld()
  const bytes = fileBytes(file, 30_000)
  await write(client, bytes)
  await small.whenQuiet()
  assert.deepEqual(
    stream.of(`$O.${stream.bucket}.C.>`).map(({ data }) => data.length),
    [9488, 9488, 9488, 1536],
  )
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
})

test('write: a stream that takes small messages alone → smaller chunks', async () => {
  const { stream, client } = world()
  stream.config['max_msg_size'] = 5000
  await write(client, fileBytes(file, 10_000))
  assert.deepEqual(await chunksIn(stream), [4488, 4488, 1024])
})

test('write: the name is taken by other bytes → CLIENT_EXISTS, nothing changed, and our chunks are gone', async () => {
  for (const size of [500, LARGE]) {
    const { stream, client } = world()
    await write(client, fileBytes(file, size))
    const before = [await chunksIn(stream), metaOf(stream)]
    await assert.rejects(write(client, fileBytes(file, size, 11)), (error) =>
      isClientError(error, 'CLIENT_EXISTS'),
    )
    assert.deepEqual([await chunksIn(stream), metaOf(stream)], before)
  }
})

test('write: the same large file again → done, with no more than one chunk sent', async () => {
  const { stream, client } = world()
  await write(client, fileBytes(file, LARGE))
  const before = server.count(stream, 'CHUNK')
  await write(client, fileBytes(file, LARGE))
  assert.equal(server.count(stream, 'CHUNK'), before + 1)
  assert.equal((await chunksIn(stream)).length, 6)
})

test('write: Litestream has deleted a file of this name → its tombstone is no obstacle', async () => {
  const { stream, client } = world()
  const gone = JSON.stringify({ name: NAME, nuid: 'old', size: 0, chunks: 0, deleted: true })
  stream.publish(metaSubject(stream.bucket, NAME), Buffer.alloc(0), Buffer.from(gone))
  await write(client, fileBytes(file))
  assert.deepEqual(await readAll(client.readFile(file)), fileBytes(file))
})

test('write: the reply to the last message is lost → looked for, and done', async () => {
  const { stream, client, fail } = world()
  fail({ kind: 'lost-reply' }, 'META')
  await write(client, fileBytes(file))
  assert.equal((await chunksIn(stream)).length, 1)
  assert.equal(metaOf(stream)['name'], NAME)
})

test('write: nobody knows whether the last message came → CLIENT_UNREACHABLE, and its chunks stay', async () => {
  const { stream, client, fail } = world({ timeoutMs: 60 })
  fail({ kind: 'silent' }, 'META')
  await assert.rejects(write(client, fileBytes(file)), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
  assert.equal((await chunksIn(stream)).length, 1) // if it comes after all, it is a whole object
})

test('write: the reply to a chunk is lost → CLIENT_UNREACHABLE, nothing visible, and nothing left', async () => {
  const { stream, client, fail } = world()
  fail({ kind: 'lost-reply' }, 'CHUNK')
  await assert.rejects(write(client, fileBytes(file, LARGE)), (error) =>
    isClientError(error, 'CLIENT_UNREACHABLE'),
  )
  assert.deepEqual(await chunksIn(stream), [])
  assert.equal(metaOf(stream), null)
})

test('write: no progress for the time limit → CLIENT_UNREACHABLE then, not never', async () => {
  const { stream, client, fail } = world({ timeoutMs: 100 })
  fail({ kind: 'silent' }, 'CHUNK')
  await assert.rejects(write(client, fileBytes(file, LARGE)), (error) =>
    isClientError(error, 'CLIENT_UNREACHABLE'),
  )
  assert.deepEqual(await chunksIn(stream), [])
})

test('write: the store is full in the middle → CLIENT_FULL, and what was sent is gone', async () => {
  const { stream, client } = world()
  stream.config['max_bytes'] = 300_000
  await assert.rejects(write(client, fileBytes(file, LARGE)), (error) => isClientError(error, 'CLIENT_FULL'))
  assert.deepEqual(await chunksIn(stream), [])
})

test('write: a sealed store → CLIENT_DENIED', async () => {
  const { stream, client } = world()
  stream.config['sealed'] = true
  await assert.rejects(write(client, fileBytes(file)), (error) => isClientError(error, 'CLIENT_DENIED'))
})

test('write: aborted while chunks are sent → the reason itself, and nothing is left', async () => {
  const { stream, client, fail } = world()
  fail({ kind: 'silent' }, 'CHUNK')
  const controller = new AbortController()
  const reason = new Error('enough')
  const writing = assert.rejects(
    write(client, fileBytes(file, LARGE), controller.signal),
    (error) => error === reason,
  )
  while (server.count(stream, 'CHUNK') === 0) await setTimeout(2)
  controller.abort(reason)
  await writing
  assert.deepEqual(await chunksIn(stream), [])
  assert.equal(metaOf(stream), null)
})

test('write: a source that fails → its own error, and nothing is left', async () => {
  const { stream, client } = world()
  const failure = new Error('the disk')
  const source = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield fileBytes(file, 400_000)
    throw failure
  }
  await assert.rejects(client.writeFile(file, source), (error) => error === failure)
  assert.deepEqual(await chunksIn(stream), [])
  assert.equal(metaOf(stream), null)
})

test('write: twenty at once of other bytes each, over two clients → one is stored, and nothing of the others', async () => {
  const { stream, client } = world()
  const contents = Array.from({ length: 20 }, (_, index) => fileBytes(file, 300_000, index + 1))
  const outcomes = await Promise.allSettled(contents.map((bytes) => write(client, bytes)))
  const winners = outcomes.filter(({ status }) => status === 'fulfilled')
  assert.equal(winners.length, 1)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') assert.ok(isClientError(outcome.reason, 'CLIENT_EXISTS'))
  }
  assert.equal((await chunksIn(stream)).length, 3)
  const winner = contents[outcomes.findIndex(({ status }) => status === 'fulfilled')]
  assert.deepEqual(await readAll(client.readFile(file)), winner)
})
