import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles, isClientError } from '@ltx/client-core'
import { chunksOf, fakeWorlds, fileBytes, key, readAll, TIME_MS } from '../../test/material.ts'
import { ROOT } from '../../test/subject.ts'

const file = key(0, 1n)
const bytes = fileBytes(file)
const { world } = await fakeWorlds()

test('writeReplicaFile: a file → under the path that Litestream has, and its header time comes back', async () => {
  const { client, tree } = world()
  const written = await client.writeFile(key(9, 1n, 10n), () => chunksOf(fileBytes(key(9, 1n, 10n))))
  assert.deepEqual(written, { ...key(9, 1n, 10n), size: 500, createdAtMs: TIME_MS })
  assert.deepEqual([...tree.files.keys()], [`${ROOT}/ltx/9/0000000000000001-000000000000000a.ltx`])
})

test('writeReplicaFile: a name that is taken, with the same bytes → success, and no temporary', async () => {
  const { client, tree } = world()
  await client.writeFile(file, () => chunksOf(bytes))
  await client.writeFile(file, () => chunksOf(bytes))
  assert.equal(tree.files.size, 1)
})

test('writeReplicaFile: the level was taken away meanwhile → to be tried again, and the next call makes it', async () => {
  const { client, tree } = world()
  await client.writeFile(file, () => chunksOf(bytes))
  tree.remove(`${ROOT}/ltx`)
  await assert.rejects(
    client.writeFile(file, () => chunksOf(bytes)),
    (error) => {
      return isClientError(error, 'CLIENT_BUSY') && error.advice === 'retry'
    },
  )
  await client.writeFile(file, () => chunksOf(bytes))
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
})

test('writeReplicaFile: its own deleteAll before → the level is made again', async () => {
  const { client } = world()
  await client.writeFile(file, () => chunksOf(bytes))
  await client.deleteAll()
  await client.writeFile(file, () => chunksOf(bytes))
  assert.equal((await collectFiles(client.listFiles(0))).length, 1)
})

test('writeReplicaFile: a locked name → CLIENT_BUSY, and no temporary', async () => {
  const { client, fail, tree } = world()
  await client.writeFile(key(0, 9n), () => chunksOf(fileBytes(key(0, 9n))))
  fail({ kind: 'status', status: 423 }, 'MOVE')
  await assert.rejects(
    client.writeFile(file, () => chunksOf(bytes)),
    (error) => isClientError(error, 'CLIENT_BUSY'),
  )
  assert.equal(tree.files.size, 1)
})

test('writeReplicaFile: a file that vanishes after it was in the way → to be tried again', async () => {
  const { client, fail, tree } = world()
  await client.writeFile(file, () => chunksOf(bytes))
  fail({ kind: 'status', status: 404 }, 'GET')
  await assert.rejects(
    client.writeFile(file, () => chunksOf(bytes)),
    (error) => {
      return isClientError(error, 'CLIENT_UNEXPECTED') && error.advice === 'retry'
    },
  )
  assert.equal(tree.files.size, 1)
})
