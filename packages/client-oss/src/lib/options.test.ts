import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { checkOptions, regionOfHost, type OssClientOptions } from './options.ts'

const env = nodeEnv()
const settings = (options: Partial<OssClientOptions>): ReturnType<typeof checkOptions> =>
  checkOptions({ env, bucket: 'my-bucket', accessKeyId: 'id', accessKeySecret: 'secret', ...options })

const places: readonly (readonly [
  situation: string,
  given: Partial<OssClientOptions>,
  region: string,
  endpoint: string,
  signature: 'v1' | 'v4',
])[] = [
  ['nothing', {}, 'cn-hangzhou', 'https://oss-cn-hangzhou.aliyuncs.com/', 'v4'],
  ['a region', { region: 'cn-beijing' }, 'cn-beijing', 'https://oss-cn-beijing.aliyuncs.com/', 'v4'],
  [
    'a region with oss-',
    { region: 'oss-cn-beijing' },
    'cn-beijing',
    'https://oss-cn-beijing.aliyuncs.com/',
    'v4',
  ],
  [
    'an endpoint inside',
    { endpoint: 'oss-cn-beijing-internal.aliyuncs.com' },
    'cn-beijing',
    'https://oss-cn-beijing-internal.aliyuncs.com/',
    'v4',
  ],
  [
    'an endpoint of one’s own, and a region',
    { endpoint: 'http://oss.example:8080', region: 'x-1' },
    'x-1',
    'http://oss.example:8080/',
    'v4',
  ],
  [
    'an endpoint of one’s own, and no region',
    { endpoint: 'https://oss.example' },
    'cn-hangzhou',
    'https://oss.example/',
    'v1',
  ],
  [
    'a signature that is asked for',
    { signature: 'v1' },
    'cn-hangzhou',
    'https://oss-cn-hangzhou.aliyuncs.com/',
    'v1',
  ],
]
for (const [situation, given, region, endpoint, signature] of places) {
  test(`options: ${situation} → ${region} at ${endpoint}, signed with ${signature}`, () => {
    const found = settings(given)
    assert.deepEqual([found.region, found.endpoint.href, found.signature], [region, endpoint, signature])
  })
}

test('options: an address for a host → the bucket in the path', () => {
  assert.equal(settings({ endpoint: 'http://127.0.0.1:1' }).pathStyle, true)
  assert.equal(settings({ endpoint: 'http://[::1]:1' }).pathStyle, true)
  assert.equal(settings({ endpoint: 'http://localhost:1' }).pathStyle, false)
})

test('options: a path → keys begin with it as it stands', () => {
  assert.equal(settings({ path: 'a/b' }).root, 'a/b/')
  assert.equal(settings({ path: '.' }).root, './')
  assert.equal(settings({}).root, '/')
})

test('options: sizes → Litestream’s when nothing is said', () => {
  const { partBytes, concurrency, timeoutMs } = settings({})
  assert.deepEqual([partBytes, concurrency, timeoutMs], [6 * 1024 * 1024, 3, 30_000])
})

const refused: readonly (readonly [
  situation: string,
  Partial<OssClientOptions> & Record<string, unknown>,
  RegExp,
])[] = [
  ['no bucket', { bucket: '' }, /bucket required/],
  ['a bucket with capitals', { bucket: 'Bucket' }, /cannot be the name/],
  ['a bucket with a dot', { bucket: 'a.b' }, /cannot be the name/],
  ['no credentials', { accessKeyId: '', accessKeySecret: '' }, /credentials are missing/],
  ['half of the credentials', { accessKeySecret: '' }, /one half/],
  ['an endpoint with a path', { endpoint: 'https://h/p' }, /host alone/],
  ['an endpoint with a user', { endpoint: 'https://u:p@h' }, /access-key-id/],
  ['an endpoint of another kind', { endpoint: 'ftp://h' }, /ftp/],
  ['an endpoint that is none', { endpoint: 'https://' }, /no host/],
  ['a region with a dot', { region: 'cn.x' }, /region/],
  ['parts that are too small', { partSize: 102_399 }, /part-size/],
  ['no concurrency', { concurrency: 0 }, /concurrency/],
  ['no time', { timeoutMs: 0 }, /timeoutMs/],
  ['a zero byte', { path: 'a\0' }, /zero byte/],
  ['an option with a typo', { accesKeyId: 'x' }, /"accessKeyId"/],
]
for (const [situation, options, message] of refused) {
  test(`options: ${situation} → CLIENT_BAD_OPTIONS that says so`, () => {
    assert.throws(
      () => settings(options),
      (error) => isClientError(error, 'CLIENT_BAD_OPTIONS') && message.test(error.message),
    )
  })
}

test('regionOfHost: OSS’s own hosts, and others → their region, and null', () => {
  assert.equal(regionOfHost('oss-cn-hangzhou.aliyuncs.com'), 'cn-hangzhou')
  assert.equal(regionOfHost('oss-ap-southeast-1-internal.aliyuncs.com'), 'ap-southeast-1')
  assert.equal(regionOfHost('oss.example'), null)
})
