import assert from 'node:assert/strict'
import { truncateSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { test } from 'vitest'
import { fakeWorlds, fileBytes, key, NAME, readAll, withCode, write } from '../../test/material.ts'
import { readStart, REQUEST_BYTES } from './read.ts'

const { server, world } = await fakeWorlds()
const file = key(0, 1n)
const bytes = fileBytes(file, 3_000_001)

test('readRange: a large file → all of it, with many requests under way at once', async () => {
  const { client } = world()
  await write(client, file, bytes)
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
  assert.ok(server.count('READ') >= bytes.length / REQUEST_BYTES)
  await client.close()
})

test('readRange: a server that answers with less than was asked for → the same bytes', async () => {
  const { client } = world()
  await write(client, file, bytes)
  server.files.readBytesMax = 10_007
  try {
    assert.deepEqual(await readAll(client.readFile(file)), bytes)
    const range = { start: 31_743, end: 200_001 }
    assert.deepEqual(await readAll(client.readFile(file, range)), bytes.slice(range.start, range.end))
  } finally {
    server.files.readBytesMax = 256 * 1024
  }
  await client.close()
})

test('readRange: a hundred bytes of a large file → one request for them', async () => {
  const { client } = world()
  await write(client, file, bytes)
  const before = server.count('READ')
  assert.equal((await readAll(client.readFile(file, { start: 7, end: 107 }))).length, 100)
  assert.equal(server.count('READ'), before + 1)
  await client.close()
})

test('readRange: stopped after the first chunk → little was asked for, and the handle is closed', async () => {
  const { client } = world()
  await write(client, file, bytes)
  await setTimeout(20)
  const [before, open] = [server.count('READ'), server.files.open]
  for await (const _ of client.readFile(file)) break
  await setTimeout(50)
  assert.ok(server.count('READ') - before <= 10)
  assert.equal(server.files.open, open)
  await client.close()
})

test('readRange: the file ends before its size → CLIENT_UNREACHABLE, not a short file', async () => {
  const { client, path } = world()
  await write(client, file, bytes)
  const read = async (): Promise<void> => {
    for await (const _ of client.readFile(file))
      truncateSync(server.files.real(`${path}/ltx/0/${NAME}`), 500_000)
  }
  await assert.rejects(read(), withCode('CLIENT_UNREACHABLE', /ended before/))
  await client.close()
})

test('readRange: a directory of that name → as if nothing were there', async () => {
  const { client, put } = world()
  put(`ltx/0/${NAME}/x`)
  await assert.rejects(readAll(client.readFile(file)), withCode('CLIENT_NOT_FOUND'))
  await client.close()
})

test('readRange: a file that may not be read → CLIENT_DENIED, never missing', async () => {
  const { client } = world()
  await write(client, file)
  server.fail({ kind: 'refuse', status: 3 }, /OPEN/)
  await assert.rejects(readAll(client.readFile(file)), withCode('CLIENT_DENIED', /who owns the directory/))
  await client.close()
})

test('readStart: a file that is shorter, or not there → what there is, or nothing', async () => {
  const { connection, path, put } = world()
  put('short', 'abc')
  const call = { kind: 'GET', what: 'try', signal: undefined } as const
  await connection.call(call, async (session, counted) => {
    assert.deepEqual(await readStart(session, `${path}/short`, 100, counted), new TextEncoder().encode('abc'))
    assert.equal(await readStart(session, `${path}/none`, 100, counted), null)
    assert.equal(counted.down, 3)
  })
  connection.close()
})
