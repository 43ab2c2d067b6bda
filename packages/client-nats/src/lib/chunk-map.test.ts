import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fakeWorlds } from '../../test/material.ts'
import type { FakeStream } from '../../test/fake-stream.ts'
import { ChunkMap } from './chunk-map.ts'
import type { ObjectMeta } from './object-meta.ts'

const { server, connection } = await fakeWorlds()

/** Chunks of any size, as Litestream writes them, with other messages between. */
function objectOf(stream: FakeStream, sizes: readonly number[], nuid: string = 'n'): ObjectMeta {
  for (const size of sizes) {
    stream.publish(`$O.${stream.bucket}.C.${nuid}`, Buffer.alloc(0), Buffer.alloc(size))
    stream.publish(`$O.${stream.bucket}.C.${nuid}2`, Buffer.alloc(0), Buffer.alloc(1))
  }
  const size = sizes.reduce((sum, each) => sum + each, 0)
  const times = { timestampMs: null, earliestAtMs: null, sequence: 0, storedAtMs: 0 }
  return { name: 'x', nuid, size, chunks: sizes.length, digest: null, deleted: false, ...times }
}

test('chunkMap: every byte of an object → the chunk it is in, by a count of its own', async () => {
  const stream = server.newBucket()
  const sizes = [100, 6, 4, 1000, 1, 1, 50]
  const object = objectOf(stream, sizes)
  const map = new ChunkMap(connection(stream))
  for (let start = 0, chunk = 0, offset = 0; start < object.size; start++) {
    while (start >= offset + (sizes[chunk] ?? 0)) offset += sizes[chunk++] ?? 0
    const place = { sequence: 1 + 2 * chunk, offset, rest: sizes.length - chunk }
    assert.deepEqual(await map.find(object, start, 'find', {}), place)
  }
  assert.equal(server.count(stream, 'PULL'), 3) // seven chunks, three at once
})

test('chunkMap: asked several times at once → the server is asked once', async () => {
  const stream = server.newBucket()
  const object = objectOf(stream, [5, 5, 5])
  const map = new ChunkMap(connection(stream))
  const places = await Promise.all([1, 7, 12].map((start) => map.find(object, start, 'find', {})))
  assert.deepEqual(
    places.map((place) => place?.offset),
    [0, 5, 10],
  )
  assert.equal(server.count(stream, 'PULL'), 1)
})

test('chunkMap: a chunk is missing, or one is shorter → null, never a wrong place; whole again → found', async () => {
  const stream = server.newBucket()
  const object = objectOf(stream, [5, 5, 5])
  const map = new ChunkMap(connection(stream))
  assert.equal(await map.find({ ...object, chunks: 4, size: 20 }, 3, 'find', {}), null)
  assert.equal(await map.find({ ...object, size: 16 }, 3, 'find', {}), null)
  assert.equal((await map.find(object, 7, 'find', {}))?.offset, 5)
})

test('chunkMap: one waiting is aborted → the other still gets its answer', async () => {
  const stream = server.newBucket()
  const object = objectOf(stream, [5, 5, 5])
  const map = new ChunkMap(connection(stream))
  const controller = new AbortController()
  const aborted = map.find(object, 7, 'find', { signal: controller.signal })
  const other = map.find(object, 7, 'find', {})
  controller.abort(new Error('enough'))
  await assert.rejects(aborted, /enough/)
  assert.equal((await other)?.offset, 5)
})

test('chunkMap: a failure → told, and not remembered', async () => {
  const stream = server.newBucket()
  const object = objectOf(stream, [5, 5, 5])
  const map = new ChunkMap(connection(stream))
  server.fail(stream, { kind: 'cut' }, 'PULL')
  await assert.rejects(map.find(object, 7, 'find', {}))
  assert.equal((await map.find(object, 7, 'find', {}))?.offset, 5)
})

test('chunkMap: more objects than it remembers → the one not asked for the longest is asked for again', async () => {
  const stream = server.newBucket()
  const map = new ChunkMap(connection(stream))
  const objects = Array.from({ length: 9 }, (_, index) => objectOf(stream, [5, 5], `n${index}x`))
  for (const object of objects) await map.find(object, 6, 'find', {})
  const pulls = server.count(stream, 'PULL')
  const [first, second] = objects as [ObjectMeta, ObjectMeta]
  await map.find(second, 6, 'find', {})
  assert.equal(server.count(stream, 'PULL'), pulls)
  await map.find(first, 6, 'find', {})
  assert.equal(server.count(stream, 'PULL'), pulls + 1)
})
