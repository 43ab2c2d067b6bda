import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isClientError } from '@ltx/client-core'
import { parseS3Url, type S3Place } from './s3-url.ts'

const rows: readonly [url: string, place: Omit<S3Place, 'query'>][] = [
  ['s3://b/p/q', { bucket: 'b', path: 'p/q' }],
  ['S3://Bucket/p', { bucket: 'Bucket', path: 'p' }],
  ['s3://b/p/', { bucket: 'b', path: 'p' }],
  ['s3://b//p', { bucket: 'b', path: 'p' }],
  ['s3://b/', { bucket: 'b', path: '' }],
  ['s3://b', { bucket: 'b', path: '.' }],
  ['s3://b/a/../c/./d', { bucket: 'b', path: 'c/d' }],
  ['s3://b/a%20b/%C3%A9', { bucket: 'b', path: 'a b/é' }],
  ['s3://b/p?region=x#frag', { bucket: 'b', path: 'p' }],
  ['s3://b.s3.amazonaws.com/p', { bucket: 'b', path: 'p', isAws: true }],
  ['s3://my.b.s3.eu-west-1.amazonaws.com/p', { bucket: 'my.b', path: 'p', region: 'eu-west-1', isAws: true }],
  [
    's3://b.fra1.digitaloceanspaces.com/p',
    {
      bucket: 'b',
      path: 'p',
      region: 'fra1',
      endpoint: 'https://fra1.digitaloceanspaces.com',
      forcePathStyle: false,
    },
  ],
  [
    's3://b.s3.us-west-002.backblazeb2.com/p',
    {
      bucket: 'b',
      path: 'p',
      region: 'us-west-002',
      endpoint: 'https://s3.us-west-002.backblazeb2.com',
      forcePathStyle: true,
    },
  ],
  [
    's3://b.s3.filebase.com/p',
    { bucket: 'b', path: 'p', endpoint: 'https://s3.filebase.com', forcePathStyle: true },
  ],
  [
    's3://b.s3.fr-par.scw.cloud/p',
    {
      bucket: 'b',
      path: 'p',
      region: 'fr-par',
      endpoint: 'https://s3.fr-par.scw.cloud',
      forcePathStyle: false,
    },
  ],
  [
    's3://b.localhost:9000/p',
    { bucket: 'b', path: 'p', region: 'us-east-1', endpoint: 'http://localhost:9000', forcePathStyle: true },
  ],
  [
    's3://b.minio.internal:9000/p',
    {
      bucket: 'b',
      path: 'p',
      region: 'us-east-1',
      endpoint: 'http://minio.internal:9000',
      forcePathStyle: true,
    },
  ],
  ['s3://b.r2.cloudflarestorage.com/p', { bucket: 'b.r2.cloudflarestorage.com', path: 'p' }],
  [
    's3://arn:aws:s3:us-east-1:123:accesspoint/name',
    { bucket: 'arn:aws:s3:us-east-1:123:accesspoint/name', path: '', region: 'us-east-1' },
  ],
  [
    'S3://ARN:aws:s3:eu-west-1:123:AccessPoint/name/a//b/?region=eu-west-1',
    { bucket: 'ARN:aws:s3:eu-west-1:123:AccessPoint/name', path: 'a/b', region: 'eu-west-1' },
  ],
]

for (const [url, expected] of rows) {
  test(`parseS3Url: ${url} → bucket ${expected.bucket}, path ${JSON.stringify(expected.path)}`, () => {
    const { query, ...place } = parseS3Url(url)
    assert.deepEqual(place, expected)
    assert.ok(query instanceof URLSearchParams)
  })
}

for (const url of [
  'gs://b/p',
  's3://',
  's3:///p',
  's3://user:secret@b/p',
  's3://b/%zz',
  's3://localhost:9000/b',
  's3://10.0.0.5:9000/b',
  's3://[::1]:9000/b',
  's3://fra1.digitaloceanspaces.com/b',
  's3://s3.filebase.com/b',
  's3://arn:aws:s3:us-east-1:123:bucket/name',
  's3://arn:aws:s3:us-east-1:123:accesspoint/',
]) {
  test(`parseS3Url: ${url} → CLIENT_BAD_OPTIONS, without a secret`, () => {
    assert.throws(
      () => parseS3Url(url),
      (error) => isClientError(error, 'CLIENT_BAD_OPTIONS') && !/secret@/.test(error.message),
    )
  })
}
