import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'vitest'
import { collectFiles, isClientError, type ReplicaClient } from '@ltx/client-core'
import { replicaClientConformance } from '@ltx/client-core/conformance'
import { nodeEnv } from '@ltx/env/node'
import { webdavClient, type WebdavClientOptions } from '../src/index.ts'
import { chunksOf, fileBytes, key, readAll } from './material.ts'

const given = process.env['LTX_SERVER_WEBDAV']
if (given === undefined) throw new Error('there is no server: run pnpm test:servers')
const settings = JSON.parse(given) as { url: string; digestUrl: string; user: string; password: string }
const { user, password } = settings

const places = new WeakMap<ReplicaClient, { readonly url: string; readonly path: string }>()

function clientAt(url: string, path: string, more: Partial<WebdavClientOptions> = {}): ReplicaClient {
  const common = { username: user, password, bufferBytes: 256 * 1024, timeoutMs: 30_000, env: nodeEnv() }
  const client = webdavClient({ ...common, url, path, ...more })
  places.set(client, { url, path })
  return client
}

const newPath = (): string => `live-${randomBytes(6).toString('hex')}/d b&1`

/** What is not a replica's: by Basic alone, for both trees are in one server. */
async function plain(
  client: ReplicaClient,
  method: string,
  path: string,
  body?: Uint8Array,
): Promise<number> {
  const { url, path: root } = places.get(client) ?? { url: '', path: '' }
  const parts = `${root}/${path}`.split('/').map(encodeURIComponent)
  const headers = { authorization: `Basic ${btoa(`${user}:${password}`)}` }
  if (method === 'PUT') {
    for (let count = 1; count < parts.length; count++) {
      const above = await fetch(`${url}/${parts.slice(0, count).join('/')}/`, { method: 'MKCOL', headers })
      await above.arrayBuffer()
    }
  }
  const answer = await fetch(`${url}/${parts.join('/')}`, {
    method,
    headers,
    ...(body ? { body: body.slice() } : {}),
  })
  await answer.arrayBuffer()
  return answer.status
}

const lacks = {
  'earliest-timestamps': 'the protocol keeps no metadata that every server has',
  'counted-listings': 'the server does not count; the fake does',
  'provoked-failures': 'the server does not fail when told to; the fake does',
}

describe('against Apache, Basic', () => {
  replicaClientConformance(
    { describe, test, skip: test.skip },
    {
      create: async () => clientAt(settings.url, newPath()),
      another: async (client) => clientAt(settings.url, places.get(client)?.path ?? ''),
      async putForeign(client, path, bytes) {
        const status = await plain(client, 'PUT', path, bytes)
        if (status >= 300) throw new Error(`PUT ${path} is answered with ${status}`)
      },
      hasForeign: async (client, path) => (await plain(client, 'GET', path)) === 200,
      secrets: [password],
      lacks,
    },
  )
})

describe('against Apache, Digest', () => {
  replicaClientConformance(
    { describe, test, skip: test.skip },
    {
      create: async () => clientAt(settings.digestUrl, newPath()),
      another: async (client) => clientAt(settings.digestUrl, places.get(client)?.path ?? ''),
      secrets: [password],
      lacks: { ...lacks, 'foreign-objects': 'see Basic' },
    },
  )
})

const file = key(0, 1n)
const small = fileBytes(file)
const large = fileBytes(file, 3_000_000)
const denied = (error: unknown): boolean => isClientError(error, 'CLIENT_DENIED')

for (const [scheme, url] of [
  ['Basic', settings.url],
  ['Digest', settings.digestUrl],
] as const) {
  test(`Apache, ${scheme}: a wrong password → CLIENT_DENIED from every call, and nothing is said to be done`, async () => {
    const path = newPath()
    await using right = clientAt(url, path)
    await right.writeFile(file, () => chunksOf(small))
    await using client = clientAt(url, path, { password: 'wrong' })
    await assert.rejects(client.init(), denied)
    await assert.rejects(collectFiles(client.listFiles(0)), denied)
    await assert.rejects(readAll(client.readFile(file)), denied)
    await assert.rejects(
      client.writeFile(key(0, 2n), () => chunksOf(fileBytes(key(0, 2n)))),
      denied,
    )
    await assert.rejects(client.deleteFiles([file]), denied)
    await assert.rejects(client.deleteAll(), denied)
    assert.equal((await collectFiles(right.listFiles(0))).length, 1)
  })

  test(`Apache, ${scheme}: a large file as it comes → stored whole, and read by ranges`, async () => {
    await using client = clientAt(url, newPath())
    await client.writeFile(file, () => chunksOf(large))
    assert.deepEqual(await readAll(client.readFile(file)), large)
    assert.deepEqual(await readAll(client.readFile(file, { start: 2_999_990 })), large.subarray(2_999_990))
    assert.deepEqual(await readAll(client.readFile(file, { start: 3_000_000 })), new Uint8Array(0))
  })
}

test('Apache: deleteAll by who made the collections → nothing is left of them', async () => {
  const path = newPath()
  await using client = clientAt(settings.url, path)
  await client.writeFile(file, () => chunksOf(small))
  await client.writeFile(key(9, 1n), () => chunksOf(fileBytes(key(9, 1n))))
  await using above = clientAt(settings.url, path.slice(0, path.indexOf('/')))
  assert.equal(await plain(above, 'PROPFIND', ''), 207)
  await client.deleteAll()
  assert.equal(await plain(above, 'PROPFIND', ''), 404)
})

test('Apache: the server knows the time → it is given', async () => {
  await using client = clientAt(settings.url, newPath())
  const offMs = Math.abs(((await client.serverTimeMs?.()) ?? 0) - Date.now())
  assert.ok(offMs < 60_000, `${offMs} ms`)
})
