import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { collectFiles, type ReplicaSettings } from '@ltx/client-core'
import type { Env, Logger } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import { afterAll, test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { openReplica } from './clients.ts'
import type { RemoteType } from './replica-place.ts'

/** 32 bytes in base64, as the keys of Azure and of SSE-C have to be; no word of any message. */
const SECRET = Buffer.from('a secret that nobody must see ..').toString('base64')

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const PEM_LINE = PEM.split('\n')[5] ?? ''

/** Everybody is refused, and told what he sent: the worst that a portal in between can do. */
const portal: Server = createServer((request, response) => {
  request.resume()
  response.statusCode = 403
  response.end(`refused: ${JSON.stringify(request.headers)} ${request.url}`)
})
await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve))
afterAll(() => portal.close())

/** Nobody listens on the first; the portal on the second. */
const HOSTS = ['127.0.0.1:9', `127.0.0.1:${(portal.address() as AddressInfo).port}`] as const

interface Row {
  readonly type: RemoteType
  /** The client speaks HTTP. */
  readonly http?: false
  readonly settings: (host: string) => Partial<ReplicaSettings>
}

const encoded = encodeURIComponent(SECRET)
const rows: readonly Row[] = [
  {
    type: 's3',
    settings: (host) => ({
      url: `s3://b/p?endpoint=http://${host}&sseCustomerKey=${encoded}`,
      keys: { 'access-key-id': 'id', 'secret-access-key': SECRET },
      environment: { AWS_SESSION_TOKEN: SECRET },
    }),
  },
  {
    type: 'gs',
    settings: (host) => ({ url: `gs://b/p?endpoint=http://${host}` }),
  },
  {
    type: 'abs',
    settings: (host) => ({
      url: 'abs://account@container/p',
      keys: { endpoint: `http://${host}`, 'account-key': SECRET },
    }),
  },
  {
    type: 'abs',
    settings: (host) => ({
      url: 'abs://account@container/p',
      keys: { endpoint: `http://${host}`, 'sas-token': `sv=2024&sig=${encoded}` },
    }),
  },
  {
    type: 'abs',
    settings: (host) => ({
      url: 'abs://container/p',
      environment: {
        AZURE_STORAGE_CONNECTION_STRING: `BlobEndpoint=http://${host}/account;AccountName=account;AccountKey=${SECRET}`,
      },
    }),
  },
  { type: 'sftp', http: false, settings: (host) => ({ url: `sftp://user:${encoded}@${host}/p` }) },
  { type: 'webdav', settings: (host) => ({ url: `webdav://user:${encoded}@${host}/p` }) },
  { type: 'nats', http: false, settings: (host) => ({ url: `nats://user:${encoded}@${host}/b` }) },
  { type: 'nats', http: false, settings: (host) => ({ url: `nats://${host}/b`, keys: { token: SECRET } }) },
  {
    type: 'oss',
    settings: (host) => ({
      url: `oss://bucket/p?endpoint=http://${host}`,
      keys: { 'access-key-id': 'id', 'secret-access-key': SECRET },
    }),
  },
]

function recorder(lines: string[]): Logger {
  const logger: Logger = {
    log(_level, message, fields) {
      lines.push(`${message} ${JSON.stringify(fields)}`)
    },
    with: () => logger,
  }
  return logger
}

/** Everything of an error that a log or an answer could show. */
function textOf(error: unknown): string {
  const texts: string[] = []
  for (let each = error; each instanceof Error; each = each.cause) {
    texts.push(String(each.stack), JSON.stringify(each))
  }
  return texts.join('\n')
}

function assertNoSecret(text: string): void {
  const shown = [SECRET, encoded, Buffer.from(`user:${SECRET}`).toString('base64'), PEM_LINE]
  for (const secret of shown) assert.ok(!text.includes(secret), `a secret is shown: ${text}`)
}

for (const [index, { type, http, settings }] of rows.entries()) {
  for (const host of http === false ? HOSTS.slice(0, 1) : HOSTS) {
    const where = host === HOSTS[0] ? 'nobody there' : 'a portal that repeats what it was sent'
    test.concurrent(`openReplica: ${type} (${index}), ${where} → no secret in URL, errors and log`, async () => {
      await using folder = await temporaryDirectory()
      const environment: Record<string, string> = {}
      if (type === 'gs') environment['GOOGLE_APPLICATION_CREDENTIALS'] = join(folder.path, 'key.json')
      await writeFile(
        join(folder.path, 'key.json'),
        JSON.stringify({
          type: 'service_account',
          client_email: 'e@x',
          private_key: PEM,
          token_uri: `http://${host}/t`,
        }),
      )
      const lines: string[] = []
      const env: Env = { ...nodeEnv(), logger: recorder(lines) }
      const place = { keys: {}, environment, ...settings(host) }
      await using client = await openReplica({ type, settings: place, where: null }, env)
      const errors: unknown[] = []
      for (const call of [() => client.init(), () => collectFiles(client.listFiles(0))]) {
        await call().catch((error: unknown) => errors.push(error))
      }
      assert.ok(errors.length > 0, 'it did not fail')
      for (const error of errors) assertNoSecret(textOf(error))
      assertNoSecret(`${client.url} ${lines.join('\n')}`)
    })
  }
}
