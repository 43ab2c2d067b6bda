import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { fakeWorlds, fileBytes, key, readAll } from '../../test/material.ts'
import { TOKEN } from '../../test/fake-server.ts'
import { googleCredentials, query } from './connect.ts'
import { gsClient } from './client.ts'

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

const { server, world } = await fakeWorlds()
const file = key(0, 1n)

const never = (): Promise<string> => new Promise(() => undefined)

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

test('googleCredentials: workload identity in GOOGLE_APPLICATION_CREDENTIALS → the token that the token service gives for it', async () => {
  let asked = ''
  await using sts = await serving(async (request, response) => {
    for await (const part of request) asked += String(part)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ access_token: 'exchanged', expires_in: 3600, token_type: 'Bearer' }))
  })
  const folder = mkdtempSync(join(tmpdir(), 'ltx-gs-'))
  writeFileSync(join(folder, 'subject'), 'the-subject-token')
  const credentials = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: sts.url,
    credential_source: { file: join(folder, 'subject') },
    quota_project_id: 'who-pays',
  }
  writeFileSync(join(folder, 'adc.json'), JSON.stringify(credentials))
  const before = process.env['GOOGLE_APPLICATION_CREDENTIALS']
  process.env['GOOGLE_APPLICATION_CREDENTIALS'] = join(folder, 'adc.json')
  try {
    const headers = await googleCredentials('https://storage.googleapis.com')
    const { authorization, 'x-goog-user-project': project } = await headers()
    assert.deepEqual([authorization, project], ['Bearer exchanged', 'who-pays'])
    assert.match(asked, /the-subject-token/)
    assert.match(decodeURIComponent(asked), /devstorage\.full_control|cloud-platform/)
    asked = ''
    await headers()
    assert.equal(asked, '', 'the token is kept as long as it is valid')
  } finally {
    if (before === undefined) delete process.env['GOOGLE_APPLICATION_CREDENTIALS']
    else process.env['GOOGLE_APPLICATION_CREDENTIALS'] = before
    rmSync(folder, { recursive: true })
  }
})

test('Connection: a token that cannot be had, then one → CLIENT_DENIED, then it works', async () => {
  const tokens = [Promise.reject(new Error('no such account')), Promise.resolve(TOKEN)]
  tokens[0]?.catch(() => undefined)
  const { client } = world({ accessToken: () => tokens.shift() ?? Promise.resolve(TOKEN) })
  await assert.rejects(client.init(), (error) => isClientError(error, 'CLIENT_DENIED'))
  await client.init()
})

test('Connection: a token that does not come → CLIENT_UNREACHABLE in time; the signal fires → its reason', async () => {
  const { client } = world({ accessToken: never, timeoutMs: 50 })
  await assert.rejects(client.init(), (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
  const { client: patient } = world({ accessToken: never, timeoutMs: 50_000 })
  const init = patient.init({ signal: AbortSignal.timeout(20) })
  await assert.rejects(init, (error) => (error as Error).name === 'TimeoutError')
})

test('Connection: another token → CLIENT_DENIED without the token; with a wrong clock that is named', async () => {
  const { client } = world({ accessToken: async () => 'a-wrong-secret' })
  await assert.rejects(client.init(), (error) => {
    assert.ok(isClientError(error, 'CLIENT_DENIED'))
    assert.doesNotMatch(error.message, /secret|clock/)
    return true
  })
  server.clockAheadMs = 3_600_000
  try {
    await assert.rejects(
      client.init(),
      (error) => isClientError(error) && /60 minutes behind/.test(error.message),
    )
    const serverMs = await world().client.serverTimeMs?.()
    assert.ok(Math.abs((serverMs ?? 0) - Date.now() - 3_600_000) < 60_000)
  } finally {
    server.clockAheadMs = 0
  }
})

test('Connection: nobody listens → CLIENT_UNREACHABLE; an answer that is no JSON → CLIENT_UNEXPECTED', async () => {
  const dead = await serving(() => undefined)
  await dead[Symbol.asyncDispose]()
  const options = { bucket: 'b', env: nodeEnv() }
  const refused = gsClient({ ...options, endpoint: dead.url }).init()
  await assert.rejects(refused, (error) => isClientError(error, 'CLIENT_UNREACHABLE'))
  await using portal = await serving((_, response) => response.end('<html>please log in</html>'))
  const captive = readAll(gsClient({ ...options, endpoint: portal.url }).listFiles(0) as AsyncIterable<never>)
  await assert.rejects(captive, (error) => isClientError(error, 'CLIENT_UNEXPECTED'))
})

test('Connection: an upload session whose URL names another host → the endpoint gets bytes and credentials, nobody else', async () => {
  const elsewhere: string[] = []
  await using other = await serving((request, response) => {
    elsewhere.push(request.url ?? '')
    response.end()
  })
  const seen: string[] = []
  await using here = await serving((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization}`)
    const location = `${other.url}/upload/session?upload_id=1`
    request.resume().on('end', () => response.writeHead(seen.length === 1 ? 200 : 403, { location }).end())
  })
  const { client } = world({ endpoint: here.url })
  const write = client.writeFile(file, async function* () {
    yield fileBytes(file, 600_000)
  })
  await assert.rejects(write, (error) => isClientError(error, 'CLIENT_DENIED'))
  const session = `/upload/session?upload_id=1 Bearer ${TOKEN}`
  assert.deepEqual(seen.slice(1), [`PUT ${session}`, `DELETE ${session}`])
  assert.deepEqual(elsewhere, [])
})

test('Connection: a proxy → asked for the endpoint; hosts that need none → not', async () => {
  const asked: string[] = []
  await using proxy = await serving((request, response) => {
    asked.push(request.url ?? '')
    response.end('{}')
  })
  const direct = { bucket: 'b', endpoint: 'http://storage.test', env: nodeEnv(), timeoutMs: 2000 }
  await gsClient({ ...direct, proxy: { http: proxy.url } }).init()
  assert.match(asked[0] ?? '', /^http:\/\/storage\.test\/storage\/v1\/b\/b\/o\?/)
  const { bucket, client } = world({ proxy: { http: proxy.url, none: '127.0.0.1' } })
  await client.init()
  assert.deepEqual([asked.length, bucket.count('LIST')], [1, 1])
})

test('query: values that are not given → left out, the others escaped', () => {
  assert.equal(query({ a: 'b c&d', e: undefined, f: '' }), 'a=b+c%26d&f=')
})
