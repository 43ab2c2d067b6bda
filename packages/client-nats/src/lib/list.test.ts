import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles } from '@ltx/client-core'
import { fakeWorlds, fileBytes, chunksOf, key, TIME_MS } from '../../test/material.ts'
import { putObject } from '../../test/subject.ts'
import { metaSubject } from './object-meta.ts'

const { world } = await fakeWorlds({ perPull: 3 })

test('list: files of several levels and places, written in any order → those of the level, in order', async () => {
  const { stream, client } = world()
  for (const min of [3n, 1n, 2n]) {
    const file = key(1, min)
    await client.writeFile(file, () => chunksOf(fileBytes(file)))
  }
  const other = key(0, 9n)
  await client.writeFile(other, () => chunksOf(fileBytes(other)))
  const name = 'ltx/1/0000000000000004-0000000000000004.ltx'
  for (const path of ['', 'app/', 'app/db2/', 'app/db/deeper/'])
    putObject(stream, `${path}${name}`, new Uint8Array(100))
  putObject(stream, 'app/db/ltx/1/notes.txt', new Uint8Array(1))
  putObject(stream, 'app/db/ltx/10/0000000000000004-0000000000000004.ltx', new Uint8Array(1))
  const files = await collectFiles(client.listFiles(1))
  assert.deepEqual(
    files.map(({ minTXID }) => minTXID),
    [1n, 2n, 3n],
  )
  assert.deepEqual(files[0], { ...key(1, 1n), size: 500, createdAtMs: TIME_MS })
  const later = await collectFiles(client.listFiles(1, { from: key(1, 2n).minTXID }))
  assert.deepEqual(
    later.map(({ minTXID }) => minTXID),
    [2n, 3n],
  )
})

test('list: copied without its headers → the time of writing; the exact one from the file when it is asked for', async () => {
  const { stream, client } = world()
  const file = key(0, 1n)
  const name = 'app/db/ltx/0/0000000000000001-0000000000000001.ltx'
  putObject(stream, name, fileBytes(file))
  const [message] = stream.of(metaSubject(stream.bucket, name))
  assert.ok(message)
  const { headers: _, ...bare } = JSON.parse(message.data.toString()) as { headers: unknown }
  stream.publish(
    message.subject,
    Buffer.from('NATS/1.0\r\nNats-Rollup: sub\r\n\r\n'),
    Buffer.from(JSON.stringify({ ...bare, digest: '' })),
  )
  const [plain] = await collectFiles(client.listFiles(0))
  assert.ok(Math.abs((plain?.createdAtMs ?? 0) - Date.now()) < 60_000)
  const [exact] = await collectFiles(client.listFiles(0, { exactTimestamps: true }))
  assert.equal(exact?.createdAtMs, TIME_MS)
})

test('legacy: objects of an old replica → listed by path with their time, and read', async () => {
  const { stream, client } = world()
  const paths = [
    'generations/0123456789abcdef/wal/00000001_00000000.wal.lz4',
    'generations/0123456789abcdef/snapshots/00000000.snapshot.lz4',
  ]
  for (const path of paths) putObject(stream, `app/db/${path}`, Buffer.from(path))
  putObject(stream, 'generations/elsewhere', new Uint8Array(1))
  assert.ok(client.legacy)
  const listed: string[] = []
  for await (const { path, size, modifiedAtMs } of client.legacy.list()) {
    assert.equal(size, path.length)
    assert.ok(Math.abs(modifiedAtMs - Date.now()) < 60_000)
    listed.push(path)
  }
  assert.deepEqual(listed, paths.toReversed())
})
