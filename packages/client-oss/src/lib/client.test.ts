import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { chunksOf, fakeWorlds, fileBytes, key, readAll } from '../../test/material.ts'

const { server, world } = await fakeWorlds()

test('client: its URL → the place, without a secret; its abilities → as far as they are known', () => {
  const { client, bucket } = world()
  assert.equal(client.url, `oss://${bucket.name}/app/db`)
  assert.deepEqual(client.abilities, { createOnly: true, listsExactTimestamps: false, listingSeek: true })
})

test('client: init → one look at the bucket, once; no bucket → CLIENT_BAD_OPTIONS', async () => {
  const { client, count } = world()
  await client.init()
  await client.init()
  assert.equal(count('ListObjects'), 1)
  const gone = world()
  server.buckets.delete(gone.bucket.name)
  await assert.rejects(gone.client.init(), (error) => isClientError(error, 'CLIENT_BAD_OPTIONS'))
})

for (const path of ['', '/app']) {
  test(`client: the path ${JSON.stringify(path)}, whose keys begin with a slash → init refuses it, and asks nothing`, async () => {
    const { client, count } = world({ path })
    await assert.rejects(
      client.init(),
      (error) => isClientError(error, 'CLIENT_BAD_OPTIONS') && error.message.includes('oss://BUCKET/PATH'),
    )
    assert.equal(count('ListObjects'), 0)
  })
}

test('client: serverTimeMs → the service’s time', async () => {
  const { client } = world()
  assert.ok(Math.abs(((await client.serverTimeMs?.()) ?? 0) - Date.now()) < 60_000)
})

test('client: requests → each is reported with its kind and its bytes', async () => {
  const { client, reports } = world()
  const file = key(0, 1n)
  await client.writeFile(file, () => chunksOf(fileBytes(file)))
  reports.length = 0
  await readAll(client.readFile(file))
  await client.deleteFiles([file])
  await assert.rejects(readAll(client.readFile(file)), (error) => isClientError(error, 'CLIENT_NOT_FOUND'))
  const [get, deleted, missing] = reports
  assert.deepEqual([get?.kind, get?.bytesDown, get?.failure], ['GET', 500, null])
  assert.equal(deleted?.kind, 'DELETE')
  assert.deepEqual([missing?.kind, missing?.failure], ['GET', 'CLIENT_NOT_FOUND'])
})

test('client: closed while a body is read → CLIENT_CLOSED, not a short body', async () => {
  const { client } = world()
  const file = key(0, 1n)
  await client.writeFile(file, () => chunksOf(fileBytes(file, 3_000_000)))
  const reading = client.readFile(file)[Symbol.asyncIterator]()
  await reading.next()
  await client.close()
  await assert.rejects(readAll({ [Symbol.asyncIterator]: () => reading }), (error) =>
    isClientError(error, 'CLIENT_CLOSED'),
  )
})
