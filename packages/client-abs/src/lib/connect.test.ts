import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { ACCOUNT, ACCOUNT_KEY, SAS_TOKEN } from '../../test/check-signature.ts'
import { chunksOf, fakeWorlds, fileBytes, key, readAll } from '../../test/material.ts'
import { absClient } from './client.ts'

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

const { server, world } = await fakeWorlds()
const file = key(0, 1n)

async function serving(listener: Listener): Promise<{ url: string } & AsyncDisposable> {
  const http = createServer((request, response) => void listener(request, response))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

/** With these environment variables, which the library reads by itself. */
async function withEnvironment(values: Record<string, string>, work: () => Promise<void>): Promise<void> {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, process.env[name]]))
  Object.assign(process.env, values)
  try {
    await work()
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}

test('Connection: no key and no token → asks the managed identity of the machine for a token, then Azure', async () => {
  const asked: string[] = []
  await using identity = await serving((request, response) => {
    asked.push(`${String(request.headers['x-identity-header'])} ${request.url}`)
    const expiresOn = Math.floor(Date.now() / 1000) + 3600
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        access_token: 'a.token.x',
        expires_on: expiresOn,
        resource: 'x',
        token_type: 'Bearer',
      }),
    )
  })
  const dead = await serving(() => undefined)
  await dead[Symbol.asyncDispose]()
  await withEnvironment(
    { IDENTITY_ENDPOINT: `${identity.url}/msi/token`, IDENTITY_HEADER: 'header' },
    async () => {
      const endpoint = dead.url.replace('http:', 'https:')
      await using client = absClient({ account: 'acc', container: 'con', endpoint, env: nodeEnv() })
      await assert.rejects(client.init(), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
      await assert.rejects(client.init(), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
    },
  )
  assert.equal(asked.length, 1, 'the token is kept')
  assert.match(asked[0] ?? '', /^header \/msi\/token\?.*resource=https%3A%2F%2Fstorage\.azure\.com/)
})

test('Connection: another key → CLIENT_DENIED without a secret; a wrong clock is named', async () => {
  const wrong = Buffer.from('another key').toString('base64')
  const { client } = world({ accountKey: wrong })
  await assert.rejects(client.init(), (error) => {
    assert.ok(isClientError(error, 'CLIENT_DENIED'))
    assert.doesNotMatch(error.message, /clock/)
    assert.ok(!error.message.includes(wrong))
    return true
  })
  server.clockAheadMs = 3_600_000
  try {
    const { client: late } = world()
    await assert.rejects(
      late.init(),
      (error) => isClientError(error) && /60 minutes behind/.test(error.message),
    )
    const { client: withToken } = world({ sasToken: SAS_TOKEN, accountKey: undefined })
    const serverMs = await withToken.serverTimeMs?.()
    assert.ok(Math.abs((serverMs ?? 0) - Date.now() - 3_600_000) < 60_000)
  } finally {
    server.clockAheadMs = 0
  }
})

test('Connection: a SAS token alone, with its question mark → every kind of request carries it; no message does', async () => {
  const access = { sasToken: `?${SAS_TOKEN}`, accountKey: undefined, account: undefined }
  const { client, container, fail } = world(access)
  await client.writeFile(file, () => chunksOf(fileBytes(file)))
  await client.writeFile(key(0, 2n), () => chunksOf(fileBytes(key(0, 2n), 600_000)))
  for await (const listed of client.listFiles(0))
    assert.ok((await readAll(client.readFile(listed))).length > 0)
  fail({ kind: 'refuse', status: 403, code: 'AuthorizationPermissionMismatch' })
  await assert.rejects(client.deleteAll(), (error) => {
    assert.ok(isClientError(error, 'CLIENT_DENIED'))
    assert.ok(!error.message.includes('sig=') && !client.url.includes('sig'))
    return true
  })
  await client.deleteAll()
  assert.deepEqual([...new Set(container.requests)].toSorted(), ['DELETE', 'GET', 'HEAD', 'LIST', 'PUT'])
  assert.equal(container.blobs.size, 0)
  const { client: other } = world({ ...access, sasToken: SAS_TOKEN.replace('sp=rcwdl', 'sp=rwdlc') })
  await assert.rejects(other.init(), (error) => isClientError(error, 'CLIENT_DENIED'))
})

test('Connection: a connection string → gets in', async () => {
  const container = server.newContainer()
  const connectionString = `AccountName=${ACCOUNT};AccountKey=${ACCOUNT_KEY};BlobEndpoint=${server.url}`
  await using client = absClient({ container: container.name, connectionString, env: nodeEnv() })
  await client.init()
  assert.deepEqual(container.requests, ['LIST'])
  assert.equal(client.url, `abs://${ACCOUNT}@${container.name}/`)
})

for (const kind of ['PUT', 'LIST', 'DELETE', 'GET', 'HEAD'] as const) {
  test(`Connection: a server that swallows a ${kind} → CLIENT_UNREACHABLE in time`, async () => {
    const { client, fail } = world({ timeoutMs: 200 })
    const call = {
      PUT: () => client.writeFile(file, () => chunksOf(fileBytes(file))),
      LIST: () => client.init(),
      DELETE: () => client.deleteFiles([file]),
      GET: () => client.readFile(file)[Symbol.asyncIterator]().next(),
      HEAD: () => client.writeFile(file, () => chunksOf(fileBytes(file, 600_000))),
    }[kind]
    fail({ kind: 'hang' }, kind)
    await assert.rejects(
      call(),
      (error) => isClientError(error, 'CLIENT_UNREACHABLE') && /ETIMEDOUT/.test(error.message),
    )
  })
}

test('Connection: nobody listens → CLIENT_UNREACHABLE; a portal in between → CLIENT_UNEXPECTED, not an empty replica', async () => {
  const dead = await serving(() => undefined)
  await dead[Symbol.asyncDispose]()
  const options = { container: 'con', sasToken: SAS_TOKEN, env: nodeEnv() }
  const refused = absClient({ ...options, endpoint: dead.url }).init()
  await assert.rejects(refused, (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
  await using portal = await serving((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>please log in</body></html>')
  })
  const captive = absClient({ ...options, endpoint: portal.url }).init()
  await assert.rejects(
    captive,
    (error) => isClientError(error, 'CLIENT_UNEXPECTED') && !error.message.includes('sig'),
  )
})
