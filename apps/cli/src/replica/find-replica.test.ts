import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { testIo } from '../../test/test-io.ts'
import { findReplica } from './find-replica.ts'

const flags = { config: '', 'no-expand-env': false }

test('findReplica: a URL → that replica, and no database', async () => {
  await using replica = await findReplica('file:///backup', flags, testIo().io, false)
  assert.deepEqual([replica.client.url, replica.databasePath], ['file:///backup', null])
})

test('findReplica: a URL and -config → an error', async () => {
  const found = findReplica('file:///backup', { ...flags, config: 'x.yml' }, testIo().io, false)
  await assert.rejects(found, /cannot specify a replica URL and the -config flag/)
})

test('findReplica: a folder → an error with the URL of a replica in it', async () => {
  await using directory = await temporaryDirectory()
  const { io } = testIo({ workingDirectory: directory.path })
  const found = findReplica('.', flags, io, false)
  await assert.rejects(found, {
    message: `${directory.path} is a folder, not a database: a replica in it is file://${directory.path}`,
  })
})

test('findReplica: a database → its replica by the file, its path, and a client that closes with the scope', async () => {
  await using directory = await temporaryDirectory()
  const config = join(directory.path, 'x.yml')
  await writeFile(config, 'dbs: [{path: app.db, replica: {path: backup}}]')
  const { io } = testIo({ workingDirectory: directory.path })
  const replica = await findReplica('sqlite://app.db', { ...flags, config }, io, false)
  assert.equal(replica.databasePath, join(directory.path, 'app.db'))
  assert.equal(replica.client.url, `file://${directory.path}/backup`)
  await replica[Symbol.asyncDispose]()
  await assert.rejects(replica.client.init(), /CLIENT_CLOSED/)
})
