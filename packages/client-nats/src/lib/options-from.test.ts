import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError, type ReplicaSettings } from '@ltx/client-core'
import { natsOptionsFrom } from './options-from.ts'

const from = (
  url: string | undefined,
  keys: ReplicaSettings['keys'] = {},
): ReturnType<typeof natsOptionsFrom> => natsOptionsFrom({ url, keys, environment: { HOME: '/h' } })

const rows: readonly (readonly [
  situation: string,
  url: string | undefined,
  keys: ReplicaSettings['keys'],
  ReturnType<typeof natsOptionsFrom>,
])[] = [
  ['a URL', 'nats://h:1/b', {}, { server: 'nats://h:1', bucket: 'b' }],
  ['slashes around the bucket', 'nats://h//b/', {}, { server: 'nats://h', bucket: 'b' }],
  ['no host', 'nats:///b', {}, { bucket: 'b' }],
  ['no path in the URL, and the key', 'nats://h', { bucket: 'b' }, { server: 'nats://h', bucket: 'b' }],
  ['the same bucket twice', 'nats://h/b', { bucket: 'b' }, { server: 'nats://h', bucket: 'b' }],
  ['keys alone', undefined, { bucket: 'b', path: 'p' }, { bucket: 'b', path: 'p' }],
  [
    'a user in the URL',
    'nats://me:p%40ss@h/b',
    {},
    { server: 'nats://h', bucket: 'b', username: 'me', password: 'p@ss' },
  ],
  ['a token in the URL', 'nats://t0ken@h/b', {}, { server: 'nats://h', bucket: 'b', token: 't0ken' }],
  [
    'a user in the URL, and a token among the keys → the token',
    'nats://me:p@h/b',
    { token: 't' },
    { server: 'nats://h', bucket: 'b', token: 't' },
  ],
  [
    'every key',
    'nats://h/b',
    {
      jwt: 'j',
      seed: 's',
      creds: '~/c',
      nkey: 'n',
      username: 'u',
      password: 'p',
      token: 't',
      tls: true,
      'root-cas': ['~/ca', '/x'],
      'client-cert': '/cc',
      'client-key': '~/ck',
      'max-reconnects': 3,
      'reconnect-wait': 100,
      timeout: 5000,
    },
    {
      server: 'nats://h',
      bucket: 'b',
      jwt: 'j',
      seed: 's',
      creds: '/h/c',
      nkey: 'n',
      username: 'u',
      password: 'p',
      token: 't',
      tls: true,
      rootCas: ['/h/ca', '/x'],
      clientCert: '/cc',
      clientKey: '/h/ck',
      maxReconnects: 3,
      reconnectWaitMs: 100,
      connectTimeoutMs: 5000,
    },
  ],
  [
    'keys of other backends, and empty ones',
    'nats://h/b',
    { region: 'x', host: 'sftp', token: '' },
    { server: 'nats://h', bucket: 'b' },
  ],
]
for (const [situation, url, keys, options] of rows) {
  test(`natsOptionsFrom: ${situation} → these options`, () => assert.deepEqual(from(url, keys), options))
}

const refused: readonly (readonly [situation: string, url: string, keys: ReplicaSettings['keys'], RegExp])[] =
  [
    ['two buckets', 'nats://h/b', { bucket: 'c' }, /url or bucket/],
    ['a parameter', 'nats://h/b?tls=1', {}, /"tls"/],
    ['another scheme', 's3://h/b', {}, /nats:\/\//],
    ['a broken escape', 'nats://h/b%zz', {}, /escape/],
    ['a key with a typo', 'nats://h/b', { 'root-ca': ['x'] }, /"root-cas"/],
    ['a key of another type', 'nats://h/b', { tls: 'yes' }, /tls must be a boolean/],
  ]
for (const [situation, url, keys, message] of refused) {
  test(`natsOptionsFrom: ${situation} → CLIENT_BAD_OPTIONS that says so`, () => {
    assert.throws(
      () => from(url, keys),
      (error) => isClientError(error, 'CLIENT_BAD_OPTIONS') && message.test(error.message),
    )
  })
}

test('natsOptionsFrom: a broken escape in a password → the error does not show it', () => {
  assert.throws(
    () => from('nats://me:hush%zz@h/b'),
    (error) => isClientError(error, 'CLIENT_BAD_OPTIONS') && !error.message.includes('hush'),
  )
})
