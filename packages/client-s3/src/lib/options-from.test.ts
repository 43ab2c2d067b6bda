import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError, type ReplicaSettings } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { s3OptionsFrom } from './options-from.ts'
import { checkOptions, type S3Settings } from './options.ts'

type Options = ReturnType<typeof s3OptionsFrom>

function from(
  url: string | undefined,
  keys: ReplicaSettings['keys'] = {},
  environment: ReplicaSettings['environment'] = {},
): Options {
  return s3OptionsFrom({ url, keys, environment })
}

/** The credentials of options. */
function pick({ accessKeyId, secretAccessKey, sessionToken }: Options): unknown[] {
  return [accessKeyId, secretAccessKey, sessionToken]
}

const settingsOf = (options: Options): S3Settings => checkOptions({ ...options, env: nodeEnv() })

const urls: readonly [query: string, expected: Partial<Options>][] = [
  ['endpoint=localhost:9000', { endpoint: 'localhost:9000' }],
  ['region=eu-west-1', { region: 'eu-west-1' }],
  ['forcePathStyle=true', { forcePathStyle: true }],
  ['force-path-style=1', { forcePathStyle: true }],
  ['forcePathStyle=false&endpoint=x', { forcePathStyle: false, endpoint: 'x' }],
  ['skipVerify=T', { skipVerify: true }],
  ['skip-verify=no', { skipVerify: false }],
  ['signPayload=false', { signPayload: false }],
  ['sign-payload=yes', { signPayload: true }],
  ['requireContentMD5=0', { requireContentMd5: false }],
  ['require-content-md5=f', { requireContentMd5: false }],
  ['concurrency=8', { concurrency: 8 }],
  ['partSize=10485760', { partSize: 10_485_760 }],
  ['part-size=10485760', { partSize: 10_485_760 }],
  ['storageClass=STANDARD_IA', { storageClass: 'STANDARD_IA' }],
  ['storage-class=GLACIER_IR', { storageClass: 'GLACIER_IR' }],
  ['sseKmsKeyId=alias/x', { sseKmsKeyId: 'alias/x' }],
  ['sse-kms-key-id=alias/x', { sseKmsKeyId: 'alias/x' }],
  [
    'sseCustomerAlgorithm=AES256&sseCustomerKey=a%2Bb%3D&sseCustomerKeyMD5=m',
    { sseCustomerAlgorithm: 'AES256', sseCustomerKey: 'a+b=', sseCustomerKeyMd5: 'm' },
  ],
  [
    'sse-customer-algorithm=AES256&sse-customer-key=k&sse-customer-key-md5=m',
    { sseCustomerAlgorithm: 'AES256', sseCustomerKey: 'k', sseCustomerKeyMd5: 'm' },
  ],
  ['partSize=7000000&part-size=9000000', { partSize: 7_000_000 }],
  ['region=', {}],
]

for (const [query, expected] of urls) {
  test(`s3OptionsFrom: ?${query} → ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(from(`s3://b/p?${query}`), { bucket: 'b', path: 'p', ...expected })
  })
}

test('s3OptionsFrom: every key of litestream.yml → its option', () => {
  const options = from(undefined, {
    bucket: 'b',
    path: 'foo/',
    region: 'r',
    endpoint: 'e',
    'access-key-id': 'a',
    'secret-access-key': 's',
    'force-path-style': false,
    'skip-verify': true,
    'sign-payload': false,
    'require-content-md5': false,
    'storage-class': 'c',
    'part-size': 6_000_000,
    concurrency: 3,
    'sse-customer-algorithm': 'AES256',
    'sse-customer-key': 'k',
    'sse-customer-key-path': '/key',
    'sse-kms-key-id': '',
    'sync-interval': 1000,
    'key-path': '/of/sftp',
    type: 's3',
  })
  assert.deepEqual(options, {
    bucket: 'b',
    path: 'foo/',
    region: 'r',
    endpoint: 'e',
    accessKeyId: 'a',
    secretAccessKey: 's',
    forcePathStyle: false,
    skipVerify: true,
    signPayload: false,
    requireContentMd5: false,
    storageClass: 'c',
    partSize: 6_000_000,
    concurrency: 3,
    sseCustomerAlgorithm: 'AES256',
    sseCustomerKey: 'k',
    sseCustomerKeyPath: '/key',
  })
})

test('s3OptionsFrom: a key and the query disagree → the key wins', () => {
  const options = from('s3://b/p?region=q&forcePathStyle=true&skipVerify=true', {
    region: 'k',
    'force-path-style': false,
    'skip-verify': false,
  })
  assert.deepEqual([options.region, options.forcePathStyle, options.skipVerify], ['k', false, false])
})

test("s3OptionsFrom: the query and the host disagree → the query wins, and another server's path style is its own", () => {
  const host = 's3://b.fra1.digitaloceanspaces.com/p'
  assert.equal(settingsOf(from(host)).forcePathStyle, false)
  assert.equal(settingsOf(from(`${host}?region=ams3`)).region, 'ams3')
  const other = settingsOf(from(`${host}?endpoint=localhost:9000`))
  assert.deepEqual([other.endpoint?.href, other.forcePathStyle], ['http://localhost:9000/', true])
})

test('s3OptionsFrom: an endpoint without a scheme, as key or in the query → the same rule', () => {
  for (const options of [
    from('s3://b/p?endpoint=localhost:9000'),
    from(undefined, { bucket: 'b', endpoint: 'localhost:9000' }),
  ]) {
    const { endpoint, forcePathStyle, region } = settingsOf(options)
    assert.deepEqual([endpoint?.href, forcePathStyle, region], ['http://localhost:9000/', true, 'us-east-1'])
  }
})

test('s3OptionsFrom: endpoints in the environment → used where nothing else names one, not for a host of AWS', () => {
  const environment = { LITESTREAM_S3_ENDPOINT: 'minio:9000', AWS_ENDPOINT_URL_S3: 'https://t3.storage.dev' }
  assert.equal(from('s3://b/p', {}, environment).endpoint, 'minio:9000')
  assert.equal(
    from('s3://b/p', {}, { AWS_ENDPOINT_URL_S3: 'https://t3.storage.dev', AWS_ENDPOINT_URL: 'x' }).endpoint,
    'https://t3.storage.dev',
  )
  assert.equal(from('s3://b/p', {}, { AWS_ENDPOINT_URL: 'https://x' }).endpoint, 'https://x')
  assert.equal(from('s3://b/p?endpoint=q', {}, environment).endpoint, 'q')
  assert.equal(from('s3://b.s3.amazonaws.com/p', {}, environment).endpoint, undefined)
})

test('s3OptionsFrom: credentials in the environment → AWS before LITESTREAM, with the session token; keys win', () => {
  const both = {
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_SESSION_TOKEN: 't',
    LITESTREAM_ACCESS_KEY_ID: 'l',
    LITESTREAM_SECRET_ACCESS_KEY: 'm',
    AWS_PROFILE: 'backup',
  }
  assert.deepEqual(pick(from('s3://b/p', {}, both)), ['a', 's', 't'])
  assert.deepEqual(pick(from('s3://b/p', {}, { ...both, AWS_SECRET_ACCESS_KEY: '' })), ['l', 'm', undefined])
  const keys = { 'access-key-id': 'k', 'secret-access-key': 'x' }
  assert.deepEqual(pick(from('s3://b/p', keys, both)), ['k', 'x', undefined])
  assert.equal(from('s3://b/p', {}, both).profile, 'backup')
})

test('s3OptionsFrom: a key file in the home folder, proxies → found', () => {
  const environment = { HOME: '/folder/of/user', https_proxy: 'http://proxy:3128', NO_PROXY: 'internal' }
  const options = from('s3://b/p', { 'sse-customer-key-path': '~/key' }, environment)
  assert.equal(options.sseCustomerKeyPath, '/folder/of/user/key')
  assert.deepEqual(options.proxy, { http: undefined, https: 'http://proxy:3128', none: 'internal' })
})

const bad: readonly [
  what: string,
  url: string | undefined,
  keys: ReplicaSettings['keys'],
  message: RegExp,
][] = [
  ['url and bucket', 's3://b/p', { bucket: 'b' }, /url or bucket/],
  ['url and path', 's3://b/p', { path: 'p' }, /url or path/],
  ['an unknown query parameter', 's3://b/p?regoin=x', {}, /region/],
  ['an unknown key', 's3://b/p', { 'storage-clas': 'x' }, /storage-class/],
  ['a boolean that is none', 's3://b/p?signPayload=maybe', {}, /signPayload/],
  ['part-size with letters', 's3://b/p?part-size=abc', {}, /part-size/],
  ['part-size 0', 's3://b/p?partSize=0', {}, /partSize/],
  ['concurrency -1', 's3://b/p?concurrency=-1', {}, /concurrency/],
  ['a number for a text', undefined, { bucket: 5 }, /bucket must be a string/],
]

for (const [what, url, keys, message] of bad) {
  test(`s3OptionsFrom: ${what} → CLIENT_BAD_OPTIONS that names it`, () => {
    assert.throws(
      () => from(url, keys),
      (error) => isClientError(error, 'CLIENT_BAD_OPTIONS') && message.test(error.message),
    )
  })
}

test('s3OptionsFrom: no bucket anywhere → the client says what is missing', () => {
  assert.throws(() => settingsOf(from(undefined, {})), /bucket required/)
})
