import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'vitest'
import { collectFiles, isClientError, type ClientErrorCode, type ReplicaClient } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { startFakeServer } from '../../test/fake-server.ts'
import type { FakeScheme } from '../../test/fake-users.ts'
import { chunksOf, fakeWorlds, fileBytes, key, readAll } from '../../test/material.ts'
import { clientOf } from '../../test/subject.ts'
import { webdavClient } from '../index.ts'

const file = key(0, 1n)
const small = fileBytes(file)
const large = fileBytes(file, 1_000_000)
const { server, world } = await fakeWorlds()

const assertRejects = (
  promise: Promise<unknown>,
  code: ClientErrorCode,
  words: RegExp = /./,
): Promise<void> =>
  assert.rejects(promise, (error) => {
    assert.ok(isClientError(error, code), String(error))
    assert.match(error.message, words)
    return true
  })

async function assertAllWorks(client: ReplicaClient): Promise<void> {
  await client.writeFile(file, () => chunksOf(large))
  await client.writeFile(key(0, 2n), () => chunksOf(fileBytes(key(0, 2n))))
  assert.deepEqual(await readAll(client.readFile(file)), large)
  assert.equal((await collectFiles(client.listFiles(0, { exactTimestamps: true }))).length, 2)
  await client.deleteAll()
}

const schemes: readonly (FakeScheme | null)[] = [
  null,
  'basic',
  'digest',
  'digest-sha-256',
  'digest-sess',
  'digest-without-qop',
  'both',
]

for (const scheme of schemes) {
  test(`Connection: a server that wants ${scheme ?? 'nothing'} → everything works, and it asks once`, async () => {
    await using fake = await startFakeServer(scheme)
    const { name } = fake.newTree()
    await using client = clientOf(fake, name)
    await assertAllWorks(client)
    assert.ok((fake.users?.refusals ?? 1) === 1, `${fake.users?.refusals} refusals`)
  })
}

for (const saysStale of [true, false]) {
  test(`Connection: nonces that are good for three requests${saysStale ? '' : ', and no word of it'} → everything works`, async () => {
    await using fake = await startFakeServer('digest')
    if (fake.users !== null) Object.assign(fake.users, { usesMax: 3, saysStale })
    const { name } = fake.newTree()
    await using client = clientOf(fake, name)
    await assertAllWorks(client)
  })
}

test('Connection: Digest and a wrong password → CLIENT_DENIED from every call, and two requests each', async () => {
  await using fake = await startFakeServer('digest')
  const { tree, name } = fake.newTree()
  tree.store(`/app/d b&1/ltx/0/0000000000000001-0000000000000001.ltx`, small)
  for (const call of [
    (client: ReplicaClient) => client.init(),
    (client: ReplicaClient) => client.writeFile(key(0, 2n), () => chunksOf(fileBytes(key(0, 2n)))),
    (client: ReplicaClient) => client.writeFile(file, () => chunksOf(large)),
    (client: ReplicaClient) => client.deleteFiles([file]),
    (client: ReplicaClient) => client.deleteAll(),
    (client: ReplicaClient) => readAll(client.readFile(file)),
    (client: ReplicaClient) => collectFiles(client.listFiles(0)),
    (client: ReplicaClient) => client.serverTimeMs?.() ?? Promise.resolve(),
  ]) {
    await using client = clientOf(fake, name, { password: 'hunter2' })
    const before = fake.users?.refusals ?? 0
    await assertRejects(call(client), 'CLIENT_DENIED', /webdav-password/)
    assert.equal((fake.users?.refusals ?? 0) - before, 2)
  }
  assert.deepEqual(tree.requests, [])
})

test('Connection: a hundred at once by Digest → no count of a nonce is used twice', async () => {
  await using fake = await startFakeServer('digest')
  const { tree, name } = fake.newTree()
  await using client = clientOf(fake, name)
  await client.init()
  const files = Array.from({ length: 100 }, (_, index) => key(0, BigInt(index + 1)))
  await Promise.all(files.map((each) => client.writeFile(each, () => chunksOf(fileBytes(each)))))
  assert.equal(tree.files.size, 100)
  assert.equal(fake.users?.refusals, 1)
})

test('Connection: nobody listens → CLIENT_UNREACHABLE with what to check', async () => {
  const gone = await startFakeServer()
  await gone[Symbol.asyncDispose]()
  await using client = clientOf(gone, 'tree-0')
  await assertRejects(client.init(), 'CLIENT_UNREACHABLE', /check host and port/)
  await assertRejects(
    client.writeFile(file, () => chunksOf(large)),
    'CLIENT_UNREACHABLE',
  )
})

test('Connection: a name that is not known → CLIENT_UNREACHABLE, and DNS is named', async () => {
  await using client = webdavClient({ url: 'http://nowhere.invalid/', env: nodeEnv() })
  await assertRejects(client.init(), 'CLIENT_UNREACHABLE', /DNS/)
})

test('Connection: no TLS at the other end → CLIENT_BAD_OPTIONS, not endless retries', async () => {
  const url = server.url.replace('http:', 'https:')
  await using client = webdavClient({ url, env: nodeEnv() })
  await assertRejects(client.init(), 'CLIENT_BAD_OPTIONS', /TLS/)
})

test('Connection: the server is elsewhere → where, without query and user', async () => {
  const { client, fail } = world()
  fail({ kind: 'redirect', to: 'https://u:hunter2@there.example/x?token=1' })
  await assertRejects(client.init(), 'CLIENT_BAD_OPTIONS', /elsewhere: https:\/\/there\.example\/x$/)
})

test('Connection: a web server without WebDAV → CLIENT_BAD_OPTIONS', async () => {
  const plain = createServer((_, response) => void response.end('<html>hello</html>'))
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(plain.address() as AddressInfo).port}`
  try {
    await using client = webdavClient({ url, env: nodeEnv() })
    await assertRejects(client.init(), 'CLIENT_BAD_OPTIONS', /no WebDAV server/)
    await assertRejects(collectFiles(client.listFiles(0)), 'CLIENT_BAD_OPTIONS')
  } finally {
    plain.closeAllConnections()
    plain.close()
  }
})

test('Connection: no answer → CLIENT_UNREACHABLE after the time limit, and the next call works', async () => {
  const { client, fail } = world({ timeoutMs: 500 })
  await client.writeFile(file, () => chunksOf(small))
  fail({ kind: 'hang' })
  await assertRejects(collectFiles(client.listFiles(0)), 'CLIENT_UNREACHABLE', /ETIMEDOUT/)
  assert.equal((await collectFiles(client.listFiles(0))).length, 1)
})

test('Connection: a server that does not know how to wait → large files are sent without asking', async () => {
  const { client, fail, tree } = world()
  await client.writeFile(key(0, 9n), () => chunksOf(fileBytes(key(0, 9n))))
  fail({ kind: 'status', status: 417 }, 'PUT')
  await client.writeFile(file, () => chunksOf(large))
  assert.deepEqual(await readAll(client.readFile(file)), large)
  assert.equal(tree.count('PUT'), 1 + 2 + 2) // the small one, two to try the server, the large one twice
})

test('Connection: every request is reported once, with its kind, bytes and failure', async () => {
  const { client, reports, fail } = world()
  await client.writeFile(file, () => chunksOf(small))
  reports.length = 0
  await readAll(client.readFile(file))
  fail({ kind: 'status', status: 503 })
  await assertRejects(client.deleteFiles([file]), 'CLIENT_BUSY')
  await assertRejects(readAll(client.readFile(key(0, 9n))), 'CLIENT_NOT_FOUND')
  assert.deepEqual(
    reports.map(({ kind, bytesUp, bytesDown, failure }) => [
      kind,
      bytesUp,
      failure === null ? bytesDown : 0,
      failure,
    ]),
    [
      ['GET', 0, small.length, null],
      ['DELETE', 0, 0, 'CLIENT_BUSY'],
      ['GET', 0, 0, 'CLIENT_NOT_FOUND'],
    ],
  )
})

test('Connection: an upload → its bytes are reported, whether it is sent from memory or as it comes', async () => {
  for (const bytes of [small, large]) {
    const { client, reports } = world()
    await client.writeFile(file, () => chunksOf(bytes))
    assert.ok(reports.some(({ kind, bytesUp }) => kind === 'PUT' && bytesUp === bytes.length))
  }
})
