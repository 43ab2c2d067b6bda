import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError, type ReplicaSettings } from '@ltx/client-core'
import { simEnv } from '@ltx/env/sim'
import { checkOptions, gsOptionsFrom, PART_BYTES_UNIT, type GsClientOptions } from './options.ts'

const env = simEnv({ seed: 1 })
const accessToken = async (): Promise<string> => 'token'

function settingsOf(settings: Partial<ReplicaSettings>): ReplicaSettings {
  return { keys: {}, environment: {}, ...settings }
}

function placeOf(options: Partial<GsClientOptions>): string {
  const { endpoint, authentication } = checkOptions({ bucket: 'b', env, ...options })
  return `${endpoint} ${authentication}`
}

function partBytesOf(partBytes?: number): number {
  return checkOptions({ bucket: 'b', env, partBytes }).partBytes
}

const badOptions = (error: unknown): boolean => isClientError(error, 'CLIENT_BAD_OPTIONS')

for (const [path, prefix] of [
  [undefined, ''],
  ['', ''],
  ['.', ''],
  ['p/q', 'p/q/'],
  ['p/', 'p/'],
  ['p//q/./r', 'p/q/r/'],
  ['p/../q', 'q/'],
  ['/p', '/p/'],
  ['/', '/'],
] as const) {
  test(`gs options: the path ${JSON.stringify(path)} → keys begin with ${JSON.stringify(prefix)}, as Litestream's`, () => {
    assert.equal(checkOptions({ bucket: 'b', path, env }).prefix, prefix)
  })
}

for (const [what, options] of [
  ['no bucket', { bucket: '' }],
  ['a slash in the bucket', { bucket: 'a/b' }],
  ['an option nobody knows', { bucket: 'b', buket: 'c' }],
  ['an endpoint that is no URL', { bucket: 'b', endpoint: '127.0.0.1:4443' }],
  ['an endpoint of another kind', { bucket: 'b', endpoint: 'ftp://host' }],
  ['an endpoint with a path', { bucket: 'b', endpoint: 'https://host/path' }],
  ['an endpoint with a password', { bucket: 'b', endpoint: 'https://u:p@host' }],
  ['a token over plain http', { bucket: 'b', endpoint: 'http://10.0.0.1:4443', accessToken }],
  ['no part', { bucket: 'b', partBytes: 0 }],
  ['a part that no memory holds', { bucket: 'b', partBytes: 2 ** 40 }],
  ['no time', { bucket: 'b', timeoutMs: 0 }],
] as const) {
  test(`gs options: ${what} → CLIENT_BAD_OPTIONS`, () => {
    assert.throws(() => checkOptions({ env, ...options }), badOptions)
  })
}

test('gs options: the endpoint → decides about credentials: Google for https, none for http, unless a token is given', () => {
  assert.equal(placeOf({}), 'https://storage.googleapis.com google')
  assert.equal(
    placeOf({ endpoint: 'https://private.p.googleapis.com/storage/v1/' }),
    'https://private.p.googleapis.com google',
  )
  assert.equal(placeOf({ endpoint: 'http://host:4443/' }), 'http://host:4443 none')
  assert.equal(placeOf({ endpoint: 'http://127.0.0.1:4443', accessToken }), 'http://127.0.0.1:4443 token')
  assert.equal(placeOf({ accessToken }), 'https://storage.googleapis.com token')
})

test('gs options: the size of a part → the next multiple of 256 KiB', () => {
  assert.equal(partBytesOf(), 8 * 1024 * 1024)
  assert.equal(partBytesOf(1), PART_BYTES_UNIT)
  assert.equal(partBytesOf(PART_BYTES_UNIT + 1), 2 * PART_BYTES_UNIT)
})

for (const [url, bucket, path] of [
  ['gs://b/p/q', 'b', 'p/q'],
  ['gs://b', 'b', ''],
  ['gs://b/', 'b', ''],
  ['gs://b//p', 'b', 'p'],
  ['gs://my_bucket.example.com/a%20b', 'my_bucket.example.com', 'a b'],
  ['gs://b/a b#fragment', 'b', 'a b'],
] as const) {
  test(`gs options: ${url} → bucket ${bucket}, path ${JSON.stringify(path)}`, () => {
    const options = gsOptionsFrom(settingsOf({ url }))
    assert.deepEqual([options.bucket, options.path, options.endpoint], [bucket, path, undefined])
  })
}

for (const [what, settings, words] of [
  ['a url and a bucket', { url: 'gs://b/p', keys: { bucket: 'c' } }, /key bucket/],
  ['a url and a path', { url: 'gs://b/p', keys: { path: 'c' } }, /key path/],
  ['a port', { url: 'gs://b:80/p' }, /without a port/],
  ['a user', { url: 'gs://u@b/p' }, /without a user/],
  ['another scheme', { url: 'gcs://b/p' }, /begins with gs/],
  ['a broken escape', { url: 'gs://b/%zz' }, /cannot be read/],
  ['a parameter that is nearly right', { url: 'gs://b/p?endpiont=http://h' }, /did you mean "endpoint"/],
  ['a key that is nearly right', { keys: { buket: 'b' } }, /did you mean "bucket"/],
  ['a path that is a list', { keys: { bucket: 'b', path: ['a'] } }, /key path is a text/],
] as const) {
  test(`gs options: ${what} → CLIENT_BAD_OPTIONS, which says so`, () => {
    assert.throws(
      () => gsOptionsFrom(settingsOf(settings)),
      (error) => isClientError(error, 'CLIENT_BAD_OPTIONS') && words.test(error.message),
    )
  })
}

test('gs options: keys → bucket, path and part size; those of other backends mean nothing', () => {
  const keys = {
    bucket: 'b',
    path: 'p',
    'part-size': 1_000_000,
    region: 'eu',
    endpoint: 'https://s3.example',
  }
  const { bucket, path, partBytes, endpoint } = gsOptionsFrom(settingsOf({ keys }))
  assert.deepEqual([bucket, path, partBytes, endpoint], ['b', 'p', 1_000_000, undefined])
})

test('gs options: the endpoint in the url → before the one of the environment, which may lack its scheme', () => {
  const environment = { STORAGE_EMULATOR_HOST: '127.0.0.1:9023' }
  const of = (url: string): unknown => gsOptionsFrom(settingsOf({ url, environment })).endpoint
  assert.equal(of('gs://b/p'), 'http://127.0.0.1:9023')
  assert.equal(of('gs://b/p?endpoint=https://private.example'), 'https://private.example')
  const whole = gsOptionsFrom(
    settingsOf({ url: 'gs://b', environment: { STORAGE_EMULATOR_HOST: 'http://h:1' } }),
  )
  assert.equal(whole.endpoint, 'http://h:1')
})

test('gs options: proxies of the environment → taken over, in either case', () => {
  const environment = { HTTPS_PROXY: 'http://proxy:1', http_proxy: 'http://proxy:2', NO_PROXY: 'localhost' }
  const { proxy } = gsOptionsFrom(settingsOf({ url: 'gs://b', environment }))
  assert.deepEqual(proxy, { https: 'http://proxy:1', http: 'http://proxy:2', none: 'localhost' })
})
