import assert from 'node:assert/strict'
import { rmSync, symlinkSync } from 'node:fs'
import { collectFiles } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import {
  fakeWorlds,
  fileBytes,
  key,
  NAME,
  recordingLogger,
  TIME_MS,
  withCode,
  write,
} from '../../test/material.ts'

const { server, world } = await fakeWorlds()
const file = key(0, 1n)

test('listFiles: a plain listing → times in whole seconds, and nothing is asked of the files', async () => {
  const { client, reports } = world()
  await write(client, file)
  reports.length = 0
  const [listed] = await collectFiles(client.listFiles(0))
  assert.equal(listed?.createdAtMs, TIME_MS - 123)
  assert.deepEqual(
    reports.map(({ kind }) => kind),
    ['LIST'],
  )
  await client.close()
})

test('listFiles: exact timestamps → a hundred bytes of each file from where it begins, as they are wanted', async () => {
  const { client, put, reports } = world()
  for (let txid = 1n; txid <= 60n; txid++) {
    const each = key(0, txid)
    put(`ltx/0/${NAME.replaceAll('0001', txid.toString(16).padStart(4, '0'))}`, fileBytes(each, 4000))
  }
  const listing = client.listFiles(0, { exactTimestamps: true, from: toTxid(3n) })[Symbol.asyncIterator]()
  assert.equal((await listing.next()).value?.createdAtMs, TIME_MS)
  assert.equal(reports.filter(({ kind }) => kind === 'GET').length, 50)
  await listing.return?.()
  assert.equal(
    reports.reduce((bytes, { bytesDown }) => bytes + bytesDown, 0),
    5000,
  )
  await client.close()
})

test('listFiles: links to files, to nowhere and to directories → the files, with their own size', async () => {
  const { client, put, path } = world()
  await write(client, file)
  put('elsewhere', fileBytes(key(0, 2n), 777))
  const real = (txid: number): string =>
    server.files.real(`${path}/ltx/0/${NAME.replaceAll('1', String(txid))}`)
  symlinkSync('../../elsewhere', real(2))
  symlinkSync('nowhere', real(3))
  symlinkSync('..', real(4))
  const listed = await collectFiles(client.listFiles(0, { exactTimestamps: true }))
  assert.deepEqual(
    listed.map(({ minTXID, size, createdAtMs }) => [minTXID, size, createdAtMs]),
    [
      [1n, 500, TIME_MS],
      [2n, 777, TIME_MS],
    ],
  )
  await client.close()
})

test('listFiles: a file without a header, exact timestamps → listed with the time it has, and told', async () => {
  const logger = recordingLogger()
  const { client, put } = world({ env: nodeEnv({ logger }) })
  await write(client, file)
  put(`ltx/0/${NAME.replaceAll('1', '2')}`, 'torn')
  const listed = await collectFiles(client.listFiles(0, { exactTimestamps: true }))
  assert.deepEqual(
    listed.map(({ minTXID, size }) => [minTXID, size]),
    [
      [1n, 500],
      [2n, 4],
    ],
  )
  assert.ok(Math.abs((listed[1]?.createdAtMs ?? 0) - Date.now()) < 60_000)
  assert.equal(logger.lines.length, 1)
  await client.close()
})

test('listFiles: a header that may not be read → an error, never another time', async () => {
  const { client } = world()
  await write(client, file)
  server.fail({ kind: 'refuse', status: 3 }, /^OPEN$/)
  await assert.rejects(
    collectFiles(client.listFiles(0, { exactTimestamps: true })),
    withCode('CLIENT_DENIED'),
  )
  await client.close()
})

test('listFiles: a file is deleted between its name and its header → not there', async () => {
  const { client, path } = world()
  await write(client, file)
  await write(client, key(0, 2n))
  const open = server.files.openFile.bind(server.files)
  server.files.openFile = (...values) => {
    rmSync(server.files.real(`${path}/ltx/0/${NAME}`), { force: true })
    return open(...values)
  }
  try {
    const listed = await collectFiles(client.listFiles(0, { exactTimestamps: true }))
    assert.deepEqual(
      listed.map(({ minTXID }) => minTXID),
      [2n],
    )
  } finally {
    server.files.openFile = open
  }
  await client.close()
})
