import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { Objm, type ObjectStore } from '@nats-io/obj'
import { afterAll, describe, test } from 'vitest'
import { isClientError, type ReplicaClient } from '@ltx/client-core'
import { replicaClientConformance } from '@ltx/client-core/conformance'
import { nodeEnv } from '@ltx/env/node'
import { natsClient, type NatsClientOptions } from '../src/index.ts'
import { chunksOf, fileBytes, key, readAll, TIME_MS } from './material.ts'

const given = process.env['LTX_SERVER_NATS']
if (given === undefined) throw new Error('there is no server: run pnpm test:servers')
const server = JSON.parse(given) as Record<string, string>
const { url = '', user = '', password = '', bucket = '' } = server

const paths = new WeakMap<ReplicaClient, string>()

function clientAt(path: string, more: Partial<NatsClientOptions> = {}): ReplicaClient {
  const login = { username: user, password }
  const client = natsClient({
    server: url,
    bucket,
    path,
    env: nodeEnv(),
    timeoutMs: 30_000,
    ...login,
    ...more,
  })
  paths.set(client, path)
  return client
}

/** Other people's client, which has to agree with ours. */
const nats: NatsConnection = await connect({ servers: url, user, pass: password })
const store: ObjectStore = await new Objm(nats).open(bucket)
afterAll(() => nats.close())

describe('against nats-server', () => {
  replicaClientConformance(
    { describe, test, skip: test.skip },
    {
      create: async () => clientAt(`live/${randomBytes(8).toString('hex')}`),
      another: async (client) => clientAt(paths.get(client) ?? ''),
      putForeign: async (client, path, bytes) =>
        void (await store.putBlob({ name: `${paths.get(client)}/${path}` }, bytes)),
      hasForeign: async (client, path) => (await store.info(`${paths.get(client)}/${path}`)) !== null,
      secrets: [password],
      lacks: {
        'counted-listings':
          'the store lists in the order of writing, so all of it is read before the first file',
        'provoked-failures': 'the server does not fail when told to; the fake does',
      },
    },
  )
})

const newPath = (): string => `live/${randomBytes(8).toString('hex')}`
const file = key(0, 1n)
const nameIn = (path: string): string => `${path}/ltx/0/0000000000000001-0000000000000001.ltx`

test('live: what we write → another client reads it, with its headers and its digest', async () => {
  const path = newPath()
  await using client = clientAt(path)
  const bytes = fileBytes(file, 700_000)
  await client.writeFile(file, () => chunksOf(bytes))
  assert.deepEqual(await store.getBlob(nameIn(path)), bytes)
  const info = await store.info(nameIn(path))
  assert.equal(info?.headers?.get('Litestream-Timestamp'), new Date(TIME_MS).toISOString())
})

test('live: what another client writes → we list and read it, any range', async () => {
  const path = newPath()
  await using client = clientAt(path)
  const bytes = fileBytes(file, 700_000)
  await store.putBlob({ name: nameIn(path), options: { max_chunk_size: 5000 } }, bytes)
  for await (const { size } of client.listFiles(0)) assert.equal(size, bytes.length)
  assert.deepEqual(await readAll(client.readFile(file)), bytes)
  assert.deepEqual(
    await readAll(client.readFile(file, { start: 600_001, end: 650_003 })),
    bytes.slice(600_001, 650_003),
  )
})

test('live: another client deletes a file → it is gone, and its name is free', async () => {
  const path = newPath()
  await using client = clientAt(path)
  await client.writeFile(file, () => chunksOf(fileBytes(file)))
  await store.delete(nameIn(path))
  for await (const listed of client.listFiles(0)) assert.fail(`${listed.size} bytes`)
  await assert.rejects(readAll(client.readFile(file)), (error) => isClientError(error, 'CLIENT_NOT_FOUND'))
  await client.writeFile(file, () => chunksOf(fileBytes(file, 800)))
  assert.equal((await readAll(client.readFile(file))).length, 800)
})

const noLogin = { username: '', password: '' }
const { tokenUrl, token, nkeyUrl, nkeySeed, tlsUrl, rootCa = '' } = server
const logins: Readonly<Record<string, Partial<NatsClientOptions>>> = {
  token: { server: tokenUrl, ...noLogin, token },
  nkey: { server: nkeyUrl, ...noLogin, nkey: nkeySeed },
  'TLS with an authority of its own': { server: tlsUrl, ...noLogin, rootCas: [rootCa] },
}
for (const [name, options] of Object.entries(logins)) {
  test(`live: ${name} → written and read`, async () => {
    await using client = clientAt(newPath(), options)
    await client.writeFile(file, () => chunksOf(fileBytes(file)))
    assert.deepEqual(await readAll(client.readFile(file)), fileBytes(file))
    await client.deleteAll()
  })
}

const refused: readonly (readonly [
  situation: string,
  Partial<NatsClientOptions>,
  'CLIENT_DENIED' | 'CLIENT_BAD_OPTIONS',
])[] = [
  ['a wrong password', { password: 'wrong' }, 'CLIENT_DENIED'],
  ['no login', noLogin, 'CLIENT_DENIED'],
  ['an unknown authority', { server: tlsUrl, ...noLogin }, 'CLIENT_BAD_OPTIONS'],
  ['TLS where there is none', { tls: true }, 'CLIENT_BAD_OPTIONS'],
  ['a store that does not exist', { bucket: 'nobodys' }, 'CLIENT_BAD_OPTIONS'],
]
for (const [situation, options, code] of refused) {
  test(`live: ${situation} → ${code}`, async () => {
    await using client = clientAt(newPath(), options)
    await assert.rejects(client.init(), (error) => isClientError(error, code))
  })
}

test('live: a full store → CLIENT_FULL, nothing visible, and nothing left', async () => {
  const small = await new Objm(nats).create(`small-${randomBytes(4).toString('hex')}`, { max_bytes: 400_000 })
  const { bucket: smallBucket } = await small.status()
  await using client = clientAt('', { bucket: smallBucket })
  await assert.rejects(
    client.writeFile(file, () => chunksOf(fileBytes(file, 700_000))),
    (error) => isClientError(error, 'CLIENT_FULL'),
  )
  await client.close() // waits for what it tidies up
  assert.equal((await small.status()).size, 0)
  await small.destroy()
})

test('live: chunks of a writer that is gone → found by their mark, and younger ones stay', async () => {
  const path = newPath()
  await using client = clientAt(path)
  await client.writeFile(file, () => chunksOf(fileBytes(file)))
  await client.close() // waits for the sweep, which must not take what is in use
  await using again = clientAt(path)
  assert.deepEqual(await readAll(again.readFile(file)), fileBytes(file))
})
