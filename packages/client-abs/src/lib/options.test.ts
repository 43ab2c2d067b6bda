import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError, type ReplicaSettings } from '@ltx/client-core'
import { simEnv } from '@ltx/env/sim'
import { absOptionsFrom, checkOptions, type AbsSettings } from './options.ts'

const env = simEnv({ seed: 1 })
const KEY = 'c2VjcmV0'
const SAS = 'sv=1&sig=c2VjcmV0'
const CONNECTION = `AccountName=acc;AccountKey=${KEY}`

function settingsOf(settings: Partial<ReplicaSettings>): ReplicaSettings {
  return { keys: {}, environment: {}, ...settings }
}

/** The way from keys to settings. */
function resolve(settings: Partial<ReplicaSettings>): AbsSettings {
  return checkOptions({ ...absOptionsFrom(settingsOf(settings)), env })
}

for (const [path, prefix] of [
  [undefined, ''],
  ['.', ''],
  ['p/q', 'p/q/'],
  ['p//q/./r/', 'p/q/r/'],
  ['/p', '/p/'],
] as const) {
  test(`abs options: the path ${JSON.stringify(path)} → names begin with ${JSON.stringify(prefix)}, as Litestream's`, () => {
    assert.equal(checkOptions({ container: 'con', account: 'acc', path, env }).prefix, prefix)
  })
}

for (const [what, options] of [
  ['no container', { container: '', account: 'acc' }],
  ['capitals in the container', { container: 'Con', account: 'acc' }],
  ['two hyphens in the container', { container: 'a--b', account: 'acc' }],
  ['a container of 64 letters', { container: 'c'.repeat(64), account: 'acc' }],
  ['no account and no endpoint', { container: 'con' }],
  ['an option nobody knows', { container: 'con', account: 'acc', acount: 'x' }],
  ['a key without its account', { container: 'con', endpoint: 'https://h', accountKey: KEY }],
  ['a key that is not base64', { container: 'con', account: 'acc', accountKey: 'no base64!' }],
  ['a token without a signature', { container: 'con', account: 'acc', sasToken: 'sv=1' }],
  ['a connection string that is none', { container: 'con', connectionString: 'https://h' }],
  ['an endpoint that is no URL', { container: 'con', endpoint: 'acc.blob' }],
  ['an endpoint of another kind', { container: 'con', endpoint: 'ftp://host' }],
  ['an endpoint with a token', { container: 'con', endpoint: `https://host/?${SAS}` }],
  ['plain http without key and token', { container: 'con', endpoint: 'http://host/acc' }],
  ['no part', { container: 'con', account: 'acc', partBytes: 0 }],
  ['a part that no memory holds', { container: 'con', account: 'acc', partBytes: 2 ** 40 }],
  ['no time', { container: 'con', account: 'acc', timeoutMs: -1 }],
] as const) {
  test(`abs options: ${what} → CLIENT_BAD_OPTIONS, without a secret`, () => {
    assert.throws(
      () => checkOptions({ env, ...options }),
      (error) => isClientError(error, 'CLIENT_BAD_OPTIONS') && !error.message.includes(KEY),
    )
  })
}

for (const [what, settings, endpoint, credentials] of [
  ['an account alone', { url: 'abs://acc@con/p' }, 'https://acc.blob.core.windows.net', { kind: 'default' }],
  [
    'an account key',
    { url: 'abs://acc@con/p', keys: { 'account-key': KEY } },
    'https://acc.blob.core.windows.net',
    { kind: 'key', account: 'acc', key: KEY },
  ],
  [
    'keys and no url',
    { keys: { bucket: 'con', path: 'p', 'account-name': 'acc', 'account-key': KEY, region: 'eu' } },
    'https://acc.blob.core.windows.net',
    { kind: 'key', account: 'acc', key: KEY },
  ],
  [
    'the key account-name and another account in the url',
    { url: 'abs://other@con/p', keys: { 'account-name': 'acc', 'account-key': KEY } },
    'https://acc.blob.core.windows.net',
    { kind: 'key', account: 'acc', key: KEY },
  ],
  [
    'a token with a question mark beside a key',
    { url: 'abs://acc@con/p', keys: { 'account-key': KEY, 'sas-token': `?${SAS}` } },
    'https://acc.blob.core.windows.net',
    { kind: 'sas', token: SAS },
  ],
  [
    'a token of the environment beside a key',
    {
      url: 'abs://acc@con/p',
      keys: { 'account-key': KEY },
      environment: { LITESTREAM_AZURE_SAS_TOKEN: SAS },
    },
    'https://acc.blob.core.windows.net',
    { kind: 'sas', token: SAS },
  ],
  [
    'a key of the environment',
    { url: 'abs://acc@con/p', environment: { LITESTREAM_AZURE_ACCOUNT_KEY: KEY } },
    'https://acc.blob.core.windows.net',
    { kind: 'key', account: 'acc', key: KEY },
  ],
  [
    'an endpoint',
    { url: 'abs://acc@con/p', keys: { 'account-key': KEY, endpoint: 'http://127.0.0.1:10000/acc/' } },
    'http://127.0.0.1:10000/acc',
    { kind: 'key', account: 'acc', key: KEY },
  ],
  [
    'a connection string of the environment and nothing else',
    { url: 'abs://con/p', environment: { AZURE_STORAGE_CONNECTION_STRING: CONNECTION } },
    'https://acc.blob.core.windows.net',
    { kind: 'key', account: 'acc', key: KEY },
  ],
  [
    'a connection string of another account',
    { url: 'abs://mine@con/p', environment: { AZURE_STORAGE_CONNECTION_STRING: CONNECTION } },
    'https://mine.blob.core.windows.net',
    { kind: 'default' },
  ],
] as const) {
  test(`abs options: ${what} → ${endpoint}, ${credentials.kind}`, () => {
    const { container, prefix, ...found } = resolve(settings)
    assert.deepEqual([container, prefix], ['con', 'p/'])
    assert.deepEqual([found.endpoint, found.credentials], [endpoint, credentials])
  })
}

for (const [what, settings, words] of [
  ['a url and a bucket', { url: 'abs://a@con/p', keys: { bucket: 'c' } }, /key bucket/],
  ['a url and a path', { url: 'abs://a@con/p', keys: { path: 'c' } }, /key path/],
  ['a port', { url: 'abs://a@con:80/p' }, /without a port/],
  ['a key in the url', { url: `abs://a:${KEY}@con/p` }, /does not belong into a url/],
  ['another scheme', { url: 'azure://a@con/p' }, /begins with abs/],
  ['a broken escape', { url: 'abs://a@con/%zz' }, /cannot be read/],
  ['a parameter', { url: 'abs://a@con/p?region=eu' }, /takes none/],
  ['a key that is nearly right', { keys: { 'acount-name': 'a' } }, /did you mean "account-name"/],
  ['a path that is a list', { keys: { bucket: 'con', path: ['a'] } }, /key path is a text/],
] as const) {
  test(`abs options: ${what} → CLIENT_BAD_OPTIONS, which says so without a secret`, () => {
    assert.throws(
      () => absOptionsFrom(settingsOf(settings)),
      (error) =>
        isClientError(error, 'CLIENT_BAD_OPTIONS') &&
        words.test(error.message) &&
        !error.message.includes(KEY),
    )
  })
}

test('abs options: part-size → the size of the first blocks', () => {
  assert.equal(resolve({ url: 'abs://acc@con', keys: { 'part-size': 1_000_000 } }).partBytes, 1_000_000)
  assert.equal(resolve({ url: 'abs://acc@con' }).partBytes, 8 * 1024 * 1024)
})
