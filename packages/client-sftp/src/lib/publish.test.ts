import assert from 'node:assert/strict'
import { nodeEnv } from '@ltx/env/node'
import { afterEach, test } from 'vitest'
import {
  fakeWorlds,
  fileBytes,
  key,
  NAME,
  readAll,
  recordingLogger,
  withCode,
  write,
} from '../../test/material.ts'

const linking = await fakeWorlds()
const renaming = await fakeWorlds({ extensions: ['fsync@openssh.com'] })
const file = key(0, 1n)
const other = fileBytes(file, 600, 9)

afterEach(() => {
  renaming.server.files.renameReplaces = false
})

test('Publisher: a server with hard links → no rename is ever asked for', async () => {
  const { client, names } = linking.world()
  await write(client, file)
  await assert.rejects(write(client, file, other), withCode('CLIENT_EXISTS'))
  assert.equal(linking.server.count('RENAME'), 0)
  assert.deepEqual(names('ltx/0'), [NAME])
  await client.close()
})

test('Publisher: the extension is there, the file system has no hard links → renames, tried out once', async () => {
  const { client, names } = linking.world()
  const before = linking.server.count('RENAME')
  linking.server.fail({ kind: 'refuse', status: 4 }, /hardlink/)
  for (const txid of [1n, 2n, 3n]) await write(client, key(0, txid))
  assert.equal(linking.server.count('RENAME'), before + 4)
  assert.equal(names('ltx/0').length, 3)
  assert.equal(client.abilities.createOnly, true)
  await client.close()
})

test('Publisher: a rename that is refused where the name is taken → create-only', async () => {
  const { client, names } = renaming.world()
  await write(client, file)
  await write(client, file)
  await assert.rejects(write(client, file, other), withCode('CLIENT_EXISTS'))
  assert.deepEqual(await readAll(client.readFile(file)), fileBytes(file))
  assert.equal(client.abilities.createOnly, true)
  assert.deepEqual(names('ltx/0'), [NAME])
  await client.close()
})

test('Publisher: a rename that replaces → found out before the first file, told once; what is there stays', async () => {
  renaming.server.files.renameReplaces = true
  const logger = recordingLogger()
  const { client, names } = renaming.world({ env: nodeEnv({ logger }) })
  await write(client, file)
  assert.equal(client.abilities.createOnly, false)
  await assert.rejects(write(client, file, other), withCode('CLIENT_EXISTS'))
  await write(client, key(0, 2n))
  assert.deepEqual(await readAll(client.readFile(file)), fileBytes(file))
  assert.equal(logger.lines.filter((line) => line.startsWith('warn')).length, 1)
  assert.equal(names('ltx/0').length, 2)
  await client.close()
})

test('Publisher: the trial is cut off → tried again with the next file', async () => {
  renaming.server.files.renameReplaces = true
  const { client } = renaming.world()
  renaming.server.fail({ kind: 'cut' }, /RENAME/)
  await assert.rejects(write(client, file), withCode('CLIENT_UNREACHABLE'))
  await write(client, file)
  assert.equal(client.abilities.createOnly, false)
  await client.close()
})
