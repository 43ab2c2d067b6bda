import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import type { FakeStream } from '../../test/fake-stream.ts'
import { fakeWorlds, readAll } from '../../test/material.ts'
import { ChunkMap } from './chunk-map.ts'
import { encodeMeta, metaSubject } from './object-meta.ts'
import { readObject, type ReadContext } from './read.ts'

const { server, connection } = await fakeWorlds({ perPull: 4 })

const missing = (error: unknown): boolean => isClientError(error, 'CLIENT_NOT_FOUND')

const content = Uint8Array.from({ length: 700_000 }, (_, index) => (index * 31) % 253)

/** An object in chunks of these sizes, and of what is left. */
function objectOf(
  sizes: readonly number[],
  bytes: Uint8Array = content,
): { stream: FakeStream; context: ReadContext } {
  const stream = server.newBucket()
  const { bucket } = stream
  let start = 0
  for (const size of [...sizes, Infinity]) {
    const chunk = bytes.subarray(start, start + size)
    stream.publish(`$O.${bucket}.C.n`, Buffer.alloc(0), Buffer.from(chunk))
    stream.publish(`$O.${bucket}.C.other`, Buffer.alloc(0), Buffer.from('other'))
    start += chunk.length
  }
  const digest = createHash('sha256').update(bytes).digest('base64url')
  const known = {
    bucket,
    name: 'x',
    nuid: 'n',
    size: bytes.length,
    chunks: sizes.length + 1,
    chunkBytes: 1,
    digest,
  }
  const meta = encodeMeta({ ...known, timestampMs: 0, earliestAtMs: undefined, nowMs: 0 })
  stream.publish(metaSubject(bucket, 'x'), Buffer.alloc(0), Buffer.from(meta))
  const to = connection(stream, { timeoutMs: 10_000 })
  return { stream, context: { connection: to, chunkMap: new ChunkMap(to) } }
}

const layouts: Readonly<Record<string, readonly number[]>> = {
  'one chunk': [],
  'three chunks': [100, 131_072],
  'many chunks of any size': [100, 131_072, 1, 6, 4, 300_000, 131_072, 50_000, 1, 1],
}
const ranges: readonly (readonly [start: number, end: number | undefined])[] = [
  [0, undefined],
  [0, 100],
  [0, 700_000],
  [99, 101],
  [131_171, 131_175],
  [524_288, 524_289],
  [600_000, undefined],
  [699_999, 900_000],
  [650_000, 650_010],
]
for (const [name, sizes] of Object.entries(layouts)) {
  test(`readObject: ${name}, any range → exactly these bytes`, async () => {
    const { context } = objectOf(sizes)
    for (const [start, end] of ranges) {
      const bytes = await readAll(readObject(context, 'x', 'read', { start, end }))
      assert.deepEqual(bytes, content.slice(start, end), `${start} to ${end}`)
    }
    assert.equal((await readAll(readObject(context, 'x', 'read', { start: 700_000 }))).length, 0)
    assert.equal((await readAll(readObject(context, 'x', 'read', { start: 5, end: 5 }))).length, 0)
  })
}

test('readObject: a small object → a request for what is known of it, and one for each chunk', async () => {
  const { stream, context } = objectOf([100])
  await readAll(readObject(context, 'x', 'read', {}))
  assert.deepEqual([server.count(stream, 'GET'), server.count(stream, 'PULL')], [3, 0])
})

test('readObject: a late range of a large object → not the bytes before it', async () => {
  const { stream, context } = objectOf(Array.from({ length: 60 }, () => 10_000))
  await readAll(readObject(context, 'x', 'read', { start: 600_000, end: 600_100 }))
  const pulls = server.count(stream, 'PULL')
  await readAll(readObject(context, 'x', 'read', { start: 590_000, end: 590_100 }))
  assert.equal(server.count(stream, 'PULL'), pulls + 1)
})

for (const [name, sizes] of Object.entries(layouts)) {
  test(`readObject: ${name}, and any one is missing → CLIENT_UNREACHABLE for every range, and no wrong byte`, async () => {
    for (let index = 0; index <= sizes.length; index++) {
      const { stream, context } = objectOf(sizes)
      const lost = stream.of(`$O.${stream.bucket}.C.n`)[index]
      stream.messages = stream.messages.filter((message) => message !== lost)
      for (const [start, end] of ranges) {
        await assert.rejects(readAll(readObject(context, 'x', 'read', { start, end })), (error) =>
          isClientError(error, 'CLIENT_UNREACHABLE'),
        )
      }
    }
  })

  test(`readObject: ${name}, and a byte changed → CLIENT_UNREACHABLE before the last bytes are out`, async () => {
    const { stream, context } = objectOf(sizes)
    const [first] = stream.of(`$O.${stream.bucket}.C.n`)
    first?.data.writeUInt8((first.data[50] ?? 0) ^ 1, 50)
    let received = 0
    await assert.rejects(
      async () => {
        for await (const chunk of readObject(context, 'x', 'read', {})) received += chunk.length
      },
      (error) => isClientError(error, 'CLIENT_UNREACHABLE') && error.message.includes('SHA-256'),
    )
    assert.ok(received < content.length)
  })
}

test('readObject: deleted while it is read → CLIENT_NOT_FOUND', async () => {
  const { stream, context } = objectOf(layouts['many chunks of any size'] ?? [])
  const reading = readObject(context, 'x', 'read', {})
  await reading.next()
  stream.purge({})
  await assert.rejects(readAll(reading), (error) => isClientError(error, 'CLIENT_NOT_FOUND'))
})

test('readObject: never there, or deleted → CLIENT_NOT_FOUND', async () => {
  const { stream, context } = objectOf([])
  await assert.rejects(readAll(readObject(context, 'y', 'read', {})), missing)
  const gone = JSON.stringify({ name: 'x', nuid: 'n', size: 0, chunks: 0, deleted: true })
  stream.publish(metaSubject(stream.bucket, 'x'), Buffer.alloc(0), Buffer.from(gone))
  await assert.rejects(readAll(readObject(context, 'x', 'read', {})), missing)
})

test('readObject: a reader that stops early → the server forgets about it', async () => {
  const { stream, context } = objectOf(layouts['many chunks of any size'] ?? [])
  for await (const chunk of readObject(context, 'x', 'read', {})) {
    assert.ok(chunk.length > 0)
    break
  }
  await server.whenQuiet()
  assert.equal(stream.consumerCount, 0)
})

test('readObject: bytes that change on the way → CLIENT_UNREACHABLE', async () => {
  const { stream, context } = objectOf(layouts['many chunks of any size'] ?? [])
  server.fail(stream, { kind: 'flip' }, 'PULL')
  await assert.rejects(readAll(readObject(context, 'x', 'read', {})), (error) =>
    isClientError(error, 'CLIENT_UNREACHABLE'),
  )
})
