import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fakeWorlds, key, fileBytes, chunksOf } from '../../test/material.ts'
import { putObject } from '../../test/subject.ts'
import { metaSubject } from './object-meta.ts'
import { findObject, listObjects, removeObject, storedMessage } from './objects.ts'

const { server, connection, world } = await fakeWorlds()

test('findObject: there, never there, and deleted by somebody else → the object, null, a deleted one', async () => {
  const stream = server.newBucket()
  const to = connection(stream)
  putObject(stream, 'a/b', new Uint8Array(5))
  assert.equal((await findObject(to, 'find', 'a/b', {}))?.size, 5)
  assert.equal(await findObject(to, 'find', 'a/c', {}), null)
  const gone = JSON.stringify({ name: 'a/b', nuid: 'x', size: 0, chunks: 0, deleted: true })
  stream.publish(
    metaSubject(stream.bucket, 'a/b'),
    Buffer.from('NATS/1.0\r\nNats-Rollup: sub\r\n\r\n'),
    Buffer.from(gone),
  )
  assert.equal((await findObject(to, 'find', 'a/b', {}))?.deleted, true)
})

test('listObjects: some deleted, some no objects → those that are there, in the order of writing', async () => {
  const stream = server.newBucket()
  for (const name of ['c', 'a', 'b']) putObject(stream, name, new Uint8Array(3))
  const none = Buffer.alloc(0)
  stream.publish(metaSubject(stream.bucket, 'odd'), none, Buffer.from('no JSON'))
  const gone = JSON.stringify({ name: 'a', nuid: 'x', size: 0, chunks: 0, deleted: true })
  stream.publish(metaSubject(stream.bucket, 'a'), none, Buffer.from(gone))
  const names: string[] = []
  for await (const { name } of listObjects(connection(stream), 'list', {})) names.push(name)
  assert.deepEqual(names, ['c', 'b'])
})

test('removeObject: an object → neither it nor its chunks are left, not even a tombstone', async () => {
  const { stream, client } = world()
  const file = key(0, 1n)
  await client.writeFile(file, () => chunksOf(fileBytes(file, 300_000)))
  const to = connection(stream)
  const object = await findObject(to, 'find', 'app/db/ltx/0/0000000000000001-0000000000000001.ltx', {})
  assert.ok(object)
  await removeObject(to, 'delete', object, {})
  assert.deepEqual(stream.messages, [])
})

test('removeObject: another writer has replaced it meanwhile → the new one stays', async () => {
  const stream = server.newBucket()
  const to = connection(stream)
  putObject(stream, 'a', new Uint8Array(5))
  const old = await findObject(to, 'find', 'a', {})
  assert.ok(old)
  const renewed = JSON.stringify({ name: 'a', nuid: 'renewed', size: 0, chunks: 0 })
  stream.publish(metaSubject(stream.bucket, 'a'), Buffer.alloc(0), Buffer.from(renewed))
  await removeObject(to, 'delete', old, {})
  assert.equal((await findObject(to, 'find', 'a', {}))?.nuid, 'renewed')
})

test('storedMessage: the next of a subject → skips what is between; behind the last → null', async () => {
  const stream = server.newBucket()
  const to = connection(stream)
  for (const name of ['C.a', 'C.b', 'C.a']) {
    stream.publish(`$O.${stream.bucket}.${name}`, Buffer.alloc(0), Buffer.from('x'))
  }
  const next = (seq: number): ReturnType<typeof storedMessage> =>
    storedMessage(to, 'GET', 'read', { seq, next_by_subj: `$O.${stream.bucket}.C.a` }, {})
  assert.equal((await next(2))?.seq, 3)
  assert.equal(await next(4), null)
})
