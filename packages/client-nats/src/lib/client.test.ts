import assert from 'node:assert/strict'
import { test } from 'vitest'
import { collectFiles, isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { chunksOf, fakeWorlds, fileBytes, key, readAll } from '../../test/material.ts'
import { putObject } from '../../test/subject.ts'
import { natsClient } from './client.ts'

const { server, world } = await fakeWorlds()

test('client: made → nothing is opened, and its URL has no secret', async () => {
  const before = server.connections
  const { client, stream } = world({ token: 'hush' })
  assert.equal(client.url, `${server.url}/${stream.bucket}/app/db`)
  assert.equal(server.connections, before)
  const plain = natsClient({ bucket: 'b', env: nodeEnv() })
  assert.equal(plain.url, 'nats://127.0.0.1:4222/b')
})

test('client: deletes of which one fails → the others are gone, the error names it', async () => {
  const { client, fail } = world()
  const files = [key(0, 1n), key(0, 2n), key(0, 3n)]
  for (const file of files) await client.writeFile(file, () => chunksOf(fileBytes(file)))
  await server.whenQuiet()
  fail({ kind: 'api', status: 500, code: 10110, description: 'not now' }, 'PURGE')
  let remaining: unknown
  await client.deleteFiles(files).catch((error: unknown) => {
    assert.ok(isClientError(error, 'CLIENT_UNREACHABLE'))
    remaining = error.files
  })
  const listed = await collectFiles(client.listFiles(0))
  assert.deepEqual(
    listed.map(({ level, minTXID, maxTXID }) => ({ level, minTXID, maxTXID })),
    remaining,
  )
  assert.equal(listed.length, 1)
})

test('client: deleteAll → files of this path alone are gone', async () => {
  const { client, stream } = world()
  const others = [
    'ltx/0/0000000000000001-0000000000000001.ltx',
    'app/db/notes',
    'app/db2/ltx/0/0000000000000001-0000000000000001.ltx',
  ]
  for (const name of others) putObject(stream, name, new Uint8Array(1))
  for (const file of [key(0, 1n), key(9, 1n)]) await client.writeFile(file, () => chunksOf(fileBytes(file)))
  await client.deleteAll()
  await server.whenQuiet()
  assert.equal(stream.of(`$O.${stream.bucket}.M.>`).length, others.length)
  assert.equal(stream.of(`$O.${stream.bucket}.C.>`).length, others.length)
})

test('client: serverTimeMs → the time of the server', async () => {
  const { client, stream } = world()
  stream.clockAheadMs = 3_600_000
  const time = await client.serverTimeMs?.()
  assert.ok(Math.abs((time ?? 0) - Date.now() - 3_600_000) < 60_000)
})

test('client: closed while a body is read → CLIENT_CLOSED, not a short body', async () => {
  const { client } = world()
  const file = key(0, 1n)
  await client.writeFile(file, () => chunksOf(fileBytes(file, 700_000)))
  const reading = client.readFile(file)[Symbol.asyncIterator]()
  await reading.next()
  await client.close()
  await assert.rejects(readAll({ [Symbol.asyncIterator]: () => reading }), (error) =>
    isClientError(error, 'CLIENT_CLOSED'),
  )
})

test('client: requests → each is reported with its kind and its bytes; a missing file with its code', async () => {
  const { client, reports } = world()
  const file = key(0, 1n)
  for (const size of [500, 600_000]) {
    reports.length = 0
    const bytes = fileBytes(file, size)
    await client.writeFile(file, () => chunksOf(bytes))
    const sent = reports.filter(({ kind }) => kind === 'PUT')
    assert.ok(sent.reduce((sum, { bytesUp }) => sum + bytesUp, 0) >= size)
    reports.length = 0
    await readAll(client.readFile(file))
    const received = reports.filter(({ kind }) => kind === 'GET')
    assert.equal(
      received.reduce((sum, { bytesDown }) => sum + bytesDown, 0),
      size,
    )
    reports.length = 0
    await client.deleteFiles([file])
    assert.ok(reports.some(({ kind, failure }) => kind === 'DELETE' && failure === null))
    reports.length = 0
    await assert.rejects(readAll(client.readFile(file)), (error) => isClientError(error, 'CLIENT_NOT_FOUND'))
    assert.ok(reports.some(({ failure }) => failure === 'CLIENT_NOT_FOUND'))
  }
})
