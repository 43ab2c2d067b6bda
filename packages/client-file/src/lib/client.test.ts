import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles, isClientError } from '@ltx/client-core'
import { simEnv } from '@ltx/env/sim'
import { key, write } from '../../test/material.ts'
import { fileClient, fileClientFromUrl } from './client.ts'

test('file client: init where a file is → CLIENT_BAD_OPTIONS; where nothing is → fine, and nothing is made', async () => {
  const env = simEnv({ seed: 1 })
  await using handle = await env.files.open('/file', 'create')
  await handle.sync()
  await assert.rejects(fileClient({ path: '/file', env }).init(), (error) =>
    isClientError(error, 'CLIENT_BAD_OPTIONS'),
  )
  await fileClient({ path: '/backup', env }).init()
  assert.equal(await env.files.stat('/backup'), null)
})

test('fileClientFromUrl: a URL → that directory, and that url again', async () => {
  const env = simEnv({ seed: 1 })
  const client = fileClientFromUrl('file:///backup/my%20app?x=1', { env })
  assert.equal(client.url, 'file:///backup/my%20app')
  await write(client, key(9, 1n))
  assert.equal((await env.files.list('/backup/my%20app/ltx/9')).length, 1)
})

test('file client: ten first writes of a level at once → the directory is prepared once', async () => {
  const env = simEnv({ seed: 1 })
  const client = fileClient({ path: '/backup', env })
  env.files.failNext('list', 'EIO') // would be the sweep of a second preparation
  await Promise.all(Array.from({ length: 10 }, (_, index) => write(client, key(0, BigInt(index + 1)))))
  assert.deepEqual(env.logger.lines, [])
})

test('file client: a file that cannot be deleted → named in the error, the others are gone', async () => {
  const env = simEnv({ seed: 1 })
  const client = fileClient({ path: '/backup', env })
  for (const txid of [1n, 2n, 3n]) await write(client, key(0, txid))
  env.files.failNext('remove', 'EACCES', /0002\.ltx$/)
  await assert.rejects(client.deleteAll(), (error) => {
    assert.ok(isClientError(error, 'CLIENT_DENIED'))
    assert.deepEqual(error.files, [key(0, 2n)])
    return true
  })
  assert.deepEqual(
    (await collectFiles(client.listFiles(0))).map(({ minTXID }) => minTXID),
    [2n],
  )
})

test('file client: deleted, then a power loss → stays deleted', async () => {
  const env = simEnv({ seed: 1 })
  const client = fileClient({ path: '/backup', env })
  for (const txid of [1n, 2n]) await write(client, key(0, txid))
  await client.deleteFiles([key(0, 1n)])
  const after = fileClient({ path: '/backup', env: env.restart('nothing') })
  assert.deepEqual(
    (await collectFiles(after.listFiles(0))).map(({ minTXID }) => minTXID),
    [2n],
  )
})

test('file client: a directory with the name of a file → CLIENT_NOT_FOUND', async () => {
  const env = simEnv({ seed: 1 })
  await env.files.makeDirectory('/backup/ltx/0/0000000000000001-0000000000000001.ltx')
  const client = fileClient({ path: '/backup', env })
  const read = async (): Promise<void> => {
    for await (const _ of client.readFile(key(0, 1n))) assert.fail('it has no bytes')
  }
  await assert.rejects(read(), (error) => isClientError(error, 'CLIENT_NOT_FOUND'))
})
