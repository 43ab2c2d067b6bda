import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { RemoteType, ReplicaPlace } from '../replica/replica-place.ts'
import { priceListOf } from './request-price.ts'

function placeOf(
  type: RemoteType,
  url?: string,
  keys: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
): ReplicaPlace {
  return { type, settings: { url, keys, environment }, where: null }
}

const rows: readonly [place: ReplicaPlace, provider: string, put: number][] = [
  [{ type: 'file', path: '/backup' }, 'file', 0],
  [placeOf('s3', 's3://bucket/db'), 'aws', 5],
  [placeOf('s3', undefined, { bucket: 'bucket' }), 'aws', 5],
  [placeOf('s3', 's3://bucket.s3.eu-west-1.amazonaws.com/db'), 'aws', 5],
  [placeOf('s3', undefined, { bucket: 'b', endpoint: 'https://s3.us-east-1.amazonaws.com' }), 'aws', 5],
  [placeOf('s3', undefined, { bucket: 'b', endpoint: 'https://x.r2.cloudflarestorage.com' }), 'r2', 4.5],
  [placeOf('s3', 's3://b/db?endpoint=https%3A%2F%2Ffly.storage.tigris.dev'), 'tigris', 5],
  [placeOf('s3', 's3://b.s3.us-west-002.backblazeb2.com/db'), 'b2', 0],
  [placeOf('s3', 's3://b/db', { endpoint: 'https://storage.googleapis.com' }), 'gcs', 5],
  [placeOf('s3', 's3://b.localhost:9000/db'), 'other', 0],
  [placeOf('s3', 's3://b/db?endpoint=localhost:9000'), 'other', 0],
  [placeOf('s3', 's3://b/db', {}, { LITESTREAM_S3_ENDPOINT: 'http://minio:9000' }), 'other', 0],
  [placeOf('s3', 's3://b/db?endpoint=%E0%A4%A'), 'other', 0],
  [placeOf('gs', 'gs://b/db'), 'gcs', 5],
  [placeOf('abs', 'abs://account@container/db'), 'azure', 6.5],
  [placeOf('sftp', 'sftp://host/db'), 'sftp', 0],
  [placeOf('nats', 'nats://host/bucket'), 'nats', 0],
]

for (const [place, provider, put] of rows) {
  const shown = place.type === 'file' ? 'a directory' : JSON.stringify(place.settings)
  test(`priceListOf: ${place.type} ${shown} → ${provider}, ${put} dollars for a million writes`, () => {
    const list = priceListOf(place)
    assert.deepEqual([list.provider, list.prices.PUT], [provider, put])
    assert.equal(list.prices.DELETE, 0)
  })
}
