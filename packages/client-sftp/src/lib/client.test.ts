import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { isClientError } from '@ltx/client-core'
import { test } from 'vitest'
import { fakeWorlds, key, NAME, readAll, withCode, write } from '../../test/material.ts'

const { server, world } = await fakeWorlds()

for (const [path, url] of [
  ['/a/b/', '/a/b'],
  ['/', ''],
  ['a', '/~/a'],
  ['', '/~/'],
] as const) {
  test(`url: path ${JSON.stringify(path)} → a place that people know, without the password`, async () => {
    const { client } = world({ path, user: 'me@home' })
    assert.equal(client.url, `sftp://me%40home@127.0.0.1:${server.port}${url}`)
    await client.close()
  })
}

test('a path that is relative → below where one logs in', async () => {
  const { client } = world({ path: 'mine' })
  await write(client, key(0, 1n))
  assert.ok(existsSync(`${server.files.root}/login/mine/ltx/0/${NAME}`))
  await client.deleteAll()
  assert.ok(!existsSync(`${server.files.root}/login/mine`))
  await client.close()
})

test('no path at all → the directory one logs in to, which deleteAll leaves', async () => {
  const { client } = world({ path: '' })
  await client.init()
  await write(client, key(0, 1n))
  assert.equal((await readAll(client.readFile(key(0, 1n)))).length, 500)
  await client.deleteAll()
  assert.ok(existsSync(`${server.files.root}/login`))
  assert.ok(!existsSync(`${server.files.root}/login/ltx`))
  await client.close()
})

test('init: nothing there yet → fine, and nothing is made; a file there → CLIENT_BAD_OPTIONS', async () => {
  const { client, path } = world()
  await client.init()
  await client.init()
  assert.ok(!existsSync(server.files.real(path)))
  await client.close()
  const other = world()
  const file = world({ path: `${other.path}/file` })
  other.put('file', 'x')
  await assert.rejects(file.client.init(), withCode('CLIENT_BAD_OPTIONS', /is a file/))
  await file.client.close()
})

test('deleteAll: nothing else is there → the directories are gone as well', async () => {
  const { client, path } = world()
  for (const level of [0, 1, 9]) await write(client, key(level, 1n))
  await client.deleteAll()
  assert.ok(!existsSync(server.files.real(path)))
  await client.close()
})

test('deleteAll: something else is there → it stays, with what it is in', async () => {
  const { client, put, names } = world()
  await write(client, key(0, 1n))
  await write(client, key(1, 1n))
  put('ltx/1/notes')
  await client.deleteAll()
  assert.deepEqual(names(''), ['ltx'])
  assert.deepEqual(names('ltx'), ['1'])
  assert.deepEqual(names('ltx/1'), ['notes'])
  await client.close()
})

test('deleteFiles: one cannot be deleted → named, the others are gone', async () => {
  const { client, names } = world()
  const files = [1n, 2n, 3n].map((txid) => key(0, txid))
  for (const file of files) await write(client, file)
  server.fail({ kind: 'refuse', status: 3 }, /REMOVE/)
  await assert.rejects(client.deleteFiles(files), (error) => {
    assert.ok(isClientError(error, 'CLIENT_DENIED'))
    assert.equal(error.files.length, 1)
    return true
  })
  assert.equal(names('ltx/0').length, 1)
  await client.close()
})

test('after close → CLIENT_CLOSED', async () => {
  const { client } = world()
  await client.close()
  await client.close()
  await assert.rejects(client.init(), withCode('CLIENT_CLOSED'))
})
