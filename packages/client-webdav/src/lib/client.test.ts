import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { chunksOf, fakeWorlds, fileBytes, key } from '../../test/material.ts'
import { ROOT } from '../../test/subject.ts'
import { webdavClient } from '../index.ts'

const { server, world } = await fakeWorlds()
const env = nodeEnv()

test('webdavClient: bad options → CLIENT_BAD_OPTIONS at once', () => {
  assert.throws(
    () => webdavClient({ url: '', env }),
    (error) => isClientError(error, 'CLIENT_BAD_OPTIONS'),
  )
})

test('webdavClient: its url → without user and password, as people write it', () => {
  const client = webdavClient({
    url: 'https://h:8443/dav/',
    path: '/a b',
    username: 'u',
    password: 'hunter2',
    env,
  })
  assert.equal(client.url, 'webdavs://h:8443/dav/a%20b')
})

test('webdavClient: its abilities → create-only until seen otherwise, times by headers, whole levels', () => {
  const { abilities } = world().client
  assert.deepEqual(abilities, { createOnly: true, listsExactTimestamps: false, listingSeek: false })
})

test('init: nothing is there yet → fine, one request; again → none', async () => {
  const { client, tree } = world()
  await client.init()
  await client.init()
  assert.equal(tree.requests.length, 1)
})

test('serverTimeMs: the server has another time → that', async () => {
  const { client } = world()
  server.clockAheadMs = 3_600_000
  try {
    const aheadMs = ((await client.serverTimeMs?.()) ?? 0) - Date.now()
    assert.ok(Math.abs(aheadMs - 3_600_000) < 60_000, `${aheadMs} ms`)
  } finally {
    server.clockAheadMs = 0
  }
})

test('close: while a request hangs → CLIENT_CLOSED at once', async () => {
  const { client, fail } = world()
  fail({ kind: 'hang' })
  const listing = client.init()
  setTimeout(() => void client.close(), 50)
  await assert.rejects(listing, (error) => isClientError(error, 'CLIENT_CLOSED'))
})

test('close: while a file is sent → CLIENT_CLOSED, nothing under its name, and its temporary is taken away', async () => {
  const { client, tree } = world()
  await client.writeFile(key(0, 9n), () => chunksOf(fileBytes(key(0, 9n))))
  const written = client.writeFile(key(0, 1n), async function* () {
    const bytes = fileBytes(key(0, 1n), 800_000)
    yield bytes.subarray(0, 400_000)
    await client.close()
    yield bytes.subarray(400_000)
  })
  await assert.rejects(written, (error) => isClientError(error, 'CLIENT_CLOSED'))
  assert.equal(tree.files.size, 1)
})

test('abort: while a large file is sent → the reason, nothing under its name', async () => {
  const { client, tree } = world()
  const controller = new AbortController()
  const reason = new Error('stop')
  const written = client.writeFile(
    key(0, 1n),
    async function* () {
      const bytes = fileBytes(key(0, 1n), 800_000)
      yield bytes.subarray(0, 400_000)
      controller.abort(reason)
      yield bytes.subarray(400_000)
    },
    { signal: controller.signal },
  )
  await assert.rejects(written, (error) => error === reason)
  assert.equal(tree.has(`${ROOT}/ltx/0/0000000000000001-0000000000000001.ltx`), false)
})
