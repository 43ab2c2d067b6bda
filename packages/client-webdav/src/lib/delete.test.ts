import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { chunksOf, fakeWorlds, fileBytes, key } from '../../test/material.ts'
import { ROOT } from '../../test/subject.ts'

const { world } = await fakeWorlds()

test('deleteEach: some cannot be deleted → the error names them, and the others are gone', async () => {
  const { client, tree } = world()
  const files = Array.from({ length: 40 }, (_, index) => key(0, BigInt(index + 1)))
  for (const file of files) await client.writeFile(file, () => chunksOf(fileBytes(file)))
  const locked = [...tree.files.keys()].filter((path) => /[05]-/.test(path))
  for (const path of locked) tree.locked.add(path)
  await assert.rejects(client.deleteFiles(files), (error) => {
    assert.ok(isClientError(error, 'CLIENT_BUSY'))
    assert.equal(error.files.length, locked.length)
    return true
  })
  assert.deepEqual([...tree.files.keys()].toSorted(), locked.toSorted())
})

for (const [status, code] of [
  [423, 'CLIENT_BUSY'],
  [403, 'CLIENT_DENIED'],
  [507, 'CLIENT_FULL'],
] as const) {
  test(`deleteEach: 207 with ${status} within → ${code}`, async () => {
    const { client, fail } = world()
    fail({ kind: 'within', status }, 'DELETE')
    await assert.rejects(client.deleteFiles([key(0, 1n)]), (error) => isClientError(error, code))
  })
}

test('deleteEach: 207 with 404 within → it was gone already', async () => {
  const { client, fail, tree } = world()
  fail({ kind: 'within', status: 404 }, 'DELETE')
  await client.deleteFiles([key(0, 1n)])
  assert.equal(tree.count('DELETE'), 1)
})

test('deleteReplica: by who made everything → not even a collection is left', async () => {
  const { client, tree } = world()
  for (const file of [key(0, 1n), key(9, 1n)]) await client.writeFile(file, () => chunksOf(fileBytes(file)))
  await client.deleteAll()
  assert.deepEqual([...tree.collections.keys(), ...tree.files.keys()], [''])
})

test('deleteReplica: with other things beside → those stay, with what is above them', async () => {
  const { client, tree } = world()
  const LTX = '0000000000000001-0000000000000001.ltx'
  const foreign = [
    `${ROOT}/ltx/0/notes.txt`,
    `${ROOT}/ltx/1/sub/${LTX}`,
    `${ROOT}/ltx/2/${LTX}/inside`,
    `${ROOT}/ltx/3/${LTX}.tmp`,
    `${ROOT}/ltx/0a/${LTX}`,
    `${ROOT}/generations/x`,
    `${ROOT}x/ltx/0/${LTX}`,
  ]
  for (const path of foreign) tree.store(path, Buffer.from('x'))
  for (let level = 0; level <= 9; level++) {
    await client.writeFile(key(level, 7n), () => chunksOf(fileBytes(key(level, 7n))))
  }
  await client.deleteAll()
  assert.deepEqual([...tree.files.keys()].toSorted(), foreign.toSorted())
  assert.deepEqual(
    tree.childrenOf(`${ROOT}/ltx`).toSorted(),
    [0, '0a', 1, 2, 3].map((name) => `${ROOT}/ltx/${name}`),
  )
})

test('deleteReplica: another one made the collection of the replica → it stays, empty', async () => {
  const { client, tree } = world()
  tree.store(`${ROOT}/x`, Buffer.from('x'))
  tree.remove(`${ROOT}/x`)
  await client.writeFile(key(0, 1n), () => chunksOf(fileBytes(key(0, 1n))))
  await client.deleteAll()
  assert.deepEqual([...tree.collections.keys()], ['', '/app', ROOT])
})

test('deleteReplica: no permission to look → CLIENT_DENIED', async () => {
  const { client, fail } = world()
  fail({ kind: 'status', status: 403 }, 'PROPFIND')
  await assert.rejects(client.deleteAll(), (error) => isClientError(error, 'CLIENT_DENIED'))
})
