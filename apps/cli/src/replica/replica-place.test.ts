import assert from 'node:assert/strict'
import { test } from 'vitest'
import { placeBelow, type RemoteType, type ReplicaPlace } from './replica-place.ts'

function remote(type: RemoteType, url: string | undefined, keys: Record<string, string> = {}): ReplicaPlace {
  return { type, settings: { url, keys, environment: {} }, where: null }
}

const rows: readonly [place: ReplicaPlace, below: ReplicaPlace][] = [
  [
    { type: 'file', path: '/backup' },
    { type: 'file', path: '/backup/x' },
  ],
  [remote('s3', 's3://b/p?region=r'), remote('s3', 's3://b/p/x?region=r')],
  [remote('gs', 'gs://b'), remote('gs', 'gs://b/x')],
  [remote('gs', 'gs://b/'), remote('gs', 'gs://b/x')],
  [
    remote('s3', undefined, { bucket: 'b', path: 'p' }),
    remote('s3', undefined, { bucket: 'b', path: 'p/x' }),
  ],
  [remote('abs', undefined, { bucket: 'b' }), remote('abs', undefined, { bucket: 'b', path: 'x' })],
  [remote('nats', 'nats://h/bucket'), remote('nats', 'nats://h/bucket', { path: 'x' })],
]
for (const [place, below] of rows) {
  const name =
    place.type === 'file' ? place.path : (place.settings.url ?? JSON.stringify(place.settings.keys))
  test(`placeBelow: ${place.type} ${name} → its x`, () => assert.deepEqual(placeBelow(place, 'x'), below))
}
