import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import type { LegacyObject } from '@ltx/client-core'
import { test } from 'vitest'
import { fakeWorlds, readAll, withCode, write, key } from '../../test/material.ts'

const { server, world } = await fakeWorlds()

test('legacy: old replicas of several generations → every file, ascending by path, links not followed', async () => {
  const { client, put, path } = world()
  await write(client, key(0, 1n))
  const paths = [
    'generations/0123456789abcdef/snapshots/00000000.snapshot.lz4',
    'generations/0123456789abcdef/wal-old',
    'generations/0123456789abcdef/wal/00000000_00000000.wal.lz4',
    'generations/0123456789abcdef/wal/00000000_00001000.wal.lz4',
    'generations/fedcba9876543210/snapshots/00000001.snapshot.lz4',
  ]
  for (const each of paths.toReversed()) put(each, each)
  put('generations/a/b/c/d/e', 'too deep to be theirs')
  symlinkSync('..', server.files.real(`${path}/generations/loop`))
  const found: LegacyObject[] = []
  for await (const object of client.legacy?.list() ?? []) found.push(object)
  assert.deepEqual(
    found.map((object) => object.path),
    paths,
  )
  assert.ok(found.every(({ size, path: each }) => size === each.length))
  assert.ok(found.every(({ modifiedAtMs }) => Math.abs(modifiedAtMs - Date.now()) < 60_000))
  const body = await readAll(client.legacy?.read(paths[2] ?? '') ?? assert.fail())
  assert.equal(Buffer.from(body).toString(), paths[2])
  await client.close()
})

test('legacy: none, or one that is missing → empty, CLIENT_NOT_FOUND', async () => {
  const { client } = world()
  for await (const object of client.legacy?.list() ?? []) assert.fail(object.path)
  const read = client.legacy?.read('generations/0123456789abcdef/wal/x') ?? assert.fail()
  await assert.rejects(readAll(read), withCode('CLIENT_NOT_FOUND'))
  await client.close()
})
