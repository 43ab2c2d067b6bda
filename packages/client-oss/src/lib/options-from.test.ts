import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError, type ReplicaSettings } from '@ltx/client-core'
import { ossOptionsFrom } from './options-from.ts'

const ENVIRONMENT = { OSS_ACCESS_KEY_ID: 'i', OSS_ACCESS_KEY_SECRET: 's', OSS_SESSION_TOKEN: 't' }
const FROM_ENVIRONMENT = { accessKeyId: 'i', accessKeySecret: 's', securityToken: 't' }

const from = (
  url: string | undefined,
  keys: ReplicaSettings['keys'] = {},
  environment: ReplicaSettings['environment'] = ENVIRONMENT,
): ReturnType<typeof ossOptionsFrom> => ossOptionsFrom({ url, keys, environment })

const rows: readonly (readonly [
  situation: string,
  url: string | undefined,
  keys: ReplicaSettings['keys'],
  Partial<ReturnType<typeof ossOptionsFrom>>,
])[] = [
  ['a bucket and a path', 'oss://b/p/q', {}, { bucket: 'b', path: 'p/q' }],
  ['slashes to clean', 'oss://b//p//q/', {}, { bucket: 'b', path: 'p/q' }],
  ['a slash alone', 'oss://b/', {}, { bucket: 'b', path: '' }],
  ['no path at all', 'oss://b', {}, { bucket: 'b', path: '.' }],
  ['escapes', 'oss://b/a%20b', {}, { bucket: 'b', path: 'a b' }],
  [
    'a host with a region',
    'oss://b.oss-cn-beijing.aliyuncs.com/p',
    {},
    { bucket: 'b', path: 'p', region: 'cn-beijing' },
  ],
  [
    'a host inside',
    'oss://b.oss-cn-beijing-internal.aliyuncs.com/p',
    {},
    { bucket: 'b', path: 'p', region: 'cn-beijing', endpoint: 'oss-cn-beijing-internal.aliyuncs.com' },
  ],
  [
    'a host inside, and another region among the keys → that region, in public',
    'oss://b.oss-cn-beijing-internal.aliyuncs.com/p',
    { region: 'cn-shanghai' },
    { bucket: 'b', path: 'p', region: 'cn-shanghai' },
  ],
  [
    'a host, and an endpoint among the keys → the endpoint',
    'oss://b.oss-cn-beijing.aliyuncs.com/p',
    { endpoint: 'e.example' },
    { bucket: 'b', path: 'p', region: 'cn-beijing', endpoint: 'e.example' },
  ],
  [
    'an endpoint and a region as parameters → these, whatever the host says',
    'oss://b.oss-cn-beijing-internal.aliyuncs.com/p?endpoint=http%3A%2F%2F10.0.0.1%3A9000&region=cn-hongkong',
    {},
    { bucket: 'b', path: 'p', region: 'cn-hongkong', endpoint: 'http://10.0.0.1:9000' },
  ],
  [
    'an endpoint as parameter and another among the keys → that of the keys',
    'oss://b/p?endpoint=e.example',
    { endpoint: 'f.example' },
    { bucket: 'b', path: 'p', endpoint: 'f.example' },
  ],
  [
    'a host inside, and another region as parameter → that region, in public',
    'oss://b.oss-cn-beijing-internal.aliyuncs.com/p?region=cn-hongkong',
    {},
    { bucket: 'b', path: 'p', region: 'cn-hongkong' },
  ],
  [
    'an endpoint as parameter, a region among the keys → both',
    'oss://b/p?endpoint=e.example',
    { region: 'cn-hongkong' },
    { bucket: 'b', path: 'p', region: 'cn-hongkong', endpoint: 'e.example' },
  ],
  [
    'empty parameters',
    'oss://b.oss-cn-beijing.aliyuncs.com/p?endpoint=&region=',
    {},
    { bucket: 'b', path: 'p', region: 'cn-beijing' },
  ],
  ['keys alone', undefined, { bucket: 'b', path: '/p/' }, { bucket: 'b', path: '/p/' }],
  [
    'sizes',
    undefined,
    { bucket: 'b', 'part-size': 7, concurrency: 2 },
    { bucket: 'b', partSize: 7, concurrency: 2 },
  ],
  ['keys of others, and empty ones', 'oss://b/p', { host: 'sftp', region: '' }, { bucket: 'b', path: 'p' }],
]
for (const [situation, url, keys, options] of rows) {
  test(`ossOptionsFrom: ${situation} → these options`, () => {
    assert.deepEqual(from(url, keys), { ...options, ...FROM_ENVIRONMENT })
  })
}

test('ossOptionsFrom: credentials among the keys → those of the environment do not count, its token neither', () => {
  const keys = { 'access-key-id': 'a', 'secret-access-key': 'b' }
  assert.deepEqual(from('oss://b/p', keys), {
    bucket: 'b',
    path: 'p',
    accessKeyId: 'a',
    accessKeySecret: 'b',
  })
})

test('ossOptionsFrom: half of the credentials among the keys → not mixed with the environment', () => {
  const { accessKeyId, accessKeySecret } = from('oss://b/p', { 'access-key-id': 'a' })
  assert.deepEqual([accessKeyId, accessKeySecret], ['a', ''])
})

test('ossOptionsFrom: proxies in the environment → passed on', () => {
  const { proxy } = from('oss://b/p', {}, { ...ENVIRONMENT, https_proxy: 'http://proxy', NO_PROXY: 'x' })
  assert.deepEqual(proxy, { http: undefined, https: 'http://proxy', none: 'x' })
})

const refused: readonly (readonly [situation: string, url: string, keys: ReplicaSettings['keys'], RegExp])[] =
  [
    ['a bucket twice', 'oss://b/p', { bucket: 'b' }, /url or bucket/],
    ['a path twice', 'oss://b/p', { path: 'p' }, /url or path/],
    ['a parameter with a typo', 'oss://b/p?endpont=x', {}, /"endpont"; did you mean "endpoint"/],
    ['another scheme', 's3://b/p', {}, /oss:\/\//],
    ['credentials in the URL', 'oss://id:secret@b/p', {}, /do not belong/],
    ['a broken escape', 'oss://b/%zz', {}, /escape/],
    ['a key with a typo', 'oss://b/p', { endpont: 'x' }, /"endpoint"/],
    ['a key of another type', 'oss://b/p', { 'part-size': 'large' }, /part-size must be a number/],
  ]
for (const [situation, url, keys, message] of refused) {
  test(`ossOptionsFrom: ${situation} → CLIENT_BAD_OPTIONS that says so`, () => {
    assert.throws(
      () => from(url, keys),
      (error) =>
        isClientError(error, 'CLIENT_BAD_OPTIONS') &&
        message.test(error.message) &&
        !/secret@/.test(error.message),
    )
  })
}
