import type { ReplicaClient } from '@ltx/client-core'
import type { ConformanceSubject } from '@ltx/client-core/conformance'
import { nodeEnv } from '@ltx/env/node'
import { ossClient, type OssClientOptions } from '../src/index.ts'
import { KEY_ID, SECRET } from './check-signature.ts'
import type { FakeBucket } from './fake-objects.ts'
import type { FakeServer, Fault } from './fake-server.ts'

const FAULTS: Readonly<Record<'denied' | 'busy' | 'unreachable', Fault>> = {
  denied: { kind: 'refuse', status: 403, code: 'AccessDenied' },
  busy: { kind: 'refuse', status: 503, code: 'SlowDown' },
  unreachable: { kind: 'cut' },
}

/** Files of more than this go up in parts. */
export const PART_BYTES: number = 100 * 1024

export function clientOf(
  server: FakeServer,
  bucket: FakeBucket,
  more: Partial<OssClientOptions> = {},
): ReplicaClient {
  const place = { bucket: bucket.name, path: 'app/db', endpoint: server.url, region: 'cn-hangzhou' }
  const keys = { accessKeyId: KEY_ID, accessKeySecret: SECRET }
  return ossClient({ ...place, ...keys, env: nodeEnv(), partSize: PART_BYTES, timeoutMs: 10_000, ...more })
}

/** The client on buckets of the fake. */
export function fakeSubject(server: FakeServer, more: Partial<OssClientOptions> = {}): ConformanceSubject {
  const buckets = new WeakMap<ReplicaClient, FakeBucket>()
  const bucketOf = (client: ReplicaClient): FakeBucket => {
    const bucket = buckets.get(client)
    if (bucket === undefined) throw new TypeError('not a client of this subject')
    return bucket
  }
  const make = (bucket: FakeBucket): ReplicaClient => {
    const client = clientOf(server, bucket, more)
    buckets.set(client, bucket)
    return client
  }
  return {
    layout: 'hex',
    create: async () => make(server.newBucket()),
    another: async (client) => make(bucketOf(client)),
    putForeign: async (client, path, bytes) =>
      void bucketOf(client).put(`app/db/${path}`, Buffer.from(bytes), {}),
    hasForeign: async (client, path) => bucketOf(client).objects.has(`app/db/${path}`),
    listRequests: (client) => server.count(bucketOf(client), 'ListObjects'),
    failNext: async (client, failure) => server.fail(bucketOf(client), FAULTS[failure]),
    secrets: [SECRET, KEY_ID],
  }
}
