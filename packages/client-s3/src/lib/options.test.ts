import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { checkOptions, type S3ClientOptions, type S3Settings } from './options.ts'

const env = nodeEnv()
const check = (options: Partial<S3ClientOptions>): S3Settings =>
  checkOptions({ env, bucket: 'b', ...options })

test('checkOptions: a bucket alone → AWS, region to be looked up, 5 MiB parts, signed bodies', () => {
  const { region, endpoint, forcePathStyle, parts, concurrency, signPayload, contentMd5, checksum, root } =
    check({})
  assert.deepEqual(
    {
      region,
      endpoint,
      forcePathStyle,
      firstBytes: parts.firstBytes,
      concurrency,
      signPayload,
      contentMd5,
      checksum,
      root,
    },
    {
      region: null,
      endpoint: null,
      forcePathStyle: false,
      firstBytes: 5_242_880,
      concurrency: 5,
      signPayload: true,
      contentMd5: true,
      checksum: 'crc32',
      root: '/',
    },
  )
})

test('checkOptions: an endpoint → us-east-1, path style, no CRC; what is set wins', () => {
  const { region, forcePathStyle, checksum } = check({ endpoint: 'objects.example.com' })
  assert.deepEqual(
    { region, forcePathStyle, checksum },
    { region: 'us-east-1', forcePathStyle: true, checksum: 'md5' },
  )
  const set = check({ endpoint: 'objects.example.com', region: 'mars', forcePathStyle: false })
  assert.deepEqual(
    { region: set.region, forcePathStyle: set.forcePathStyle },
    { region: 'mars', forcePathStyle: false },
  )
})

test('checkOptions: provider rules → defaults that an option overrides', () => {
  const r2 = 'https://a.r2.cloudflarestorage.com'
  assert.equal(check({ endpoint: r2 }).concurrency, 2)
  assert.equal(check({ endpoint: r2 }).parts.equal, true)
  assert.equal(check({ endpoint: r2, concurrency: 7 }).concurrency, 7)
  assert.equal(check({ endpoint: 'https://s3.filebase.com', forcePathStyle: false }).forcePathStyle, false)
  const tigris = 'https://t3.storage.dev'
  assert.deepEqual(
    [check({ endpoint: tigris }).contentMd5, check({ endpoint: tigris }).checksum],
    [false, 'none'],
  )
  assert.equal(check({ endpoint: tigris, requireContentMd5: true }).contentMd5, true)
  assert.equal(check({ endpoint: 'https://s3.fr-par.scw.cloud' }).parts.partsMax, 1000)
})

test('checkOptions: an access point → taken as the bucket, never in path style', () => {
  const bucket = 'arn:aws:s3:eu-west-1:123456789012:accesspoint/app'
  assert.equal(check({ bucket, region: 'eu-west-1' }).forcePathStyle, false)
  assert.equal(check({ bucket, endpoint: 'https://vpce.example.com' }).forcePathStyle, false)
})

test('checkOptions: static keys → with their session token; none → the SDK looks for them', () => {
  assert.equal(check({}).credentials, null)
  assert.equal(check({ accessKeyId: '', secretAccessKey: '' }).credentials, null)
  const { credentials } = check({ accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' })
  assert.deepEqual(credentials, { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' })
})

const bad: readonly [what: string, options: Partial<S3ClientOptions>, message: RegExp][] = [
  ['no bucket', { bucket: '' }, /bucket required/],
  ['a bucket with a slash', { bucket: 'a/b' }, /name of a bucket/],
  ['a server for a bucket', { bucket: 'minio.example.com:9000' }, /is a server/],
  ['a zero byte in the path', { path: 'a\0b' }, /zero byte/],
  ['half of the keys', { accessKeyId: 'a' }, /go together/],
  ['the other half', { secretAccessKey: 'top secret', accessKeyId: '' }, /go together/],
  ['parts below 5 MiB', { partSize: 5_242_879 }, /part-size/],
  ['parts above 5 GiB', { partSize: 6 * 1024 ** 3 }, /part-size/],
  ['no concurrency', { concurrency: 0 }, /concurrency/],
  ['half a concurrency', { concurrency: 1.5 }, /concurrency/],
  ['no patience', { timeoutMs: 0 }, /timeoutMs/],
  [
    'an access point in path style',
    { bucket: 'arn:aws:s3:x:1:accesspoint/n', forcePathStyle: true },
    /path style/,
  ],
  ['a multi-region access point', { bucket: 'arn:aws:s3::1:accesspoint/n.mrap' }, /multi-region/],
  ['a misspelled option', { forcePathStile: true } as Partial<S3ClientOptions>, /forcePathStyle/],
]

for (const [what, options, message] of bad) {
  test(`checkOptions: ${what} → CLIENT_BAD_OPTIONS that says so, without a secret`, () => {
    assert.throws(
      () => check(options),
      (error) =>
        isClientError(error, 'CLIENT_BAD_OPTIONS') &&
        message.test(error.message) &&
        !/top secret/.test(error.message),
    )
  })
}
