import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { checkOptions, type Login, type NatsClientOptions } from './options.ts'

const env = nodeEnv()
const settings = (options: Partial<NatsClientOptions>): ReturnType<typeof checkOptions> =>
  checkOptions({ env, bucket: 'b', ...options })

test('options: only a bucket → the server of this machine, no login, no TLS, and Litestream’s defaults', () => {
  const { server, prefix, login, tls, maxReconnects, reconnectWaitMs, connectTimeoutMs } = settings({})
  assert.deepEqual([server, prefix, login, tls], ['nats://127.0.0.1:4222', '', { kind: 'none' }, null])
  assert.deepEqual([maxReconnects, reconnectWaitMs, connectTimeoutMs], [-1, 2000, 10_000])
})

const logins: readonly (readonly [given: Partial<NatsClientOptions>, login: Login])[] = [
  [
    { jwt: 'J', seed: 'S', creds: 'c', nkey: 'SU', username: 'u', token: 't' },
    { kind: 'jwt', jwt: 'J', seed: 'S' },
  ],
  [
    { creds: 'c', nkey: 'SU', username: 'u', token: 't' },
    { kind: 'creds', file: 'c' },
  ],
  [
    { nkey: 'SUAB', username: 'u' },
    { kind: 'nkey', seed: 'SUAB' },
  ],
  [
    { nkey: 'UABC', seed: 'SUAB' },
    { kind: 'nkey', seed: 'SUAB' },
  ],
  [
    { username: 'u', password: 'p', token: 't' },
    { kind: 'password', username: 'u', password: 'p' },
  ],
  [
    { password: 'p', token: 't' },
    { kind: 'token', token: 't' },
  ],
]
for (const [given, login] of logins) {
  test(`options: ${Object.keys(given).join(' ')} → log in by ${login.kind}`, () => {
    assert.deepEqual(settings(given).login, login)
  })
}

const paths: readonly (readonly [path: string, prefix: string])[] = [
  ['', ''],
  ['.', ''],
  ['a/b', 'a/b/'],
  ['/a//b/', 'a/b/'],
  ['../a', 'a/'],
]
for (const [path, prefix] of paths) {
  test(`options: path ${JSON.stringify(path)} → names begin with ${JSON.stringify(prefix)}`, () => {
    assert.equal(settings({ path }).prefix, prefix)
  })
}

test('options: tls, tls://, root-cas or a certificate → an encrypted connection', () => {
  assert.deepEqual(settings({ tls: true }).tls, { rootCas: [], certificate: null })
  assert.deepEqual(settings({ server: 'tls://h:1' }).tls, { rootCas: [], certificate: null })
  assert.equal(settings({ server: 'tls://h:1' }).server, 'nats://h:1')
  assert.deepEqual(settings({ rootCas: ['a'] }).tls, { rootCas: ['a'], certificate: null })
  const certificate = { cert: 'c', key: 'k' }
  assert.deepEqual(settings({ clientCert: 'c', clientKey: 'k' }).tls, { rootCas: [], certificate })
})

const refused: readonly (readonly [
  situation: string,
  Partial<NatsClientOptions> & Record<string, unknown>,
  RegExp,
])[] = [
  ['no bucket', { bucket: '' }, /bucket required/],
  ['a bucket with a slash', { bucket: 'a/b' }, /cannot be the name/],
  ['a public nkey alone', { nkey: 'UABC' }, /nobody can sign/],
  ['a JWT without its seed', { jwt: 'J' }, /jwt needs seed/],
  ['a seed for nothing', { seed: 'S' }, /neither is given/],
  ['a certificate without its key', { clientCert: 'c' }, /client-key/],
  ['a user in the server', { server: 'nats://u:p@h' }, /without a user/],
  ['a port that is none', { server: 'nats://h:70000' }, /from 1 to 65535, not 70000/],
  ['a port in words', { server: 'nats://[::1]:port' }, /from 1 to 65535, not port/],
  ['another scheme', { server: 'http://h' }, /nats:\/\/HOST/],
  ['reconnects below -1', { maxReconnects: -2 }, /max-reconnects/],
  ['no time', { timeoutMs: 0 }, /timeoutMs/],
  ['a path with a zero byte', { path: 'a\0' }, /zero byte/],
  ['an option with a typo', { tokem: 't' }, /"token"/],
]
for (const [situation, options, message] of refused) {
  test(`options: ${situation} → CLIENT_BAD_OPTIONS that says so`, () => {
    assert.throws(
      () => settings(options),
      (error) => isClientError(error, 'CLIENT_BAD_OPTIONS') && message.test(error.message),
    )
  })
}
