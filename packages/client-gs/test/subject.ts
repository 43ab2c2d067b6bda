import type { ReplicaClient } from '@ltx/client-core'
import type { ConformanceSubject } from '@ltx/client-core/conformance'
import { nodeEnv } from '@ltx/env/node'
import { gsClient, type GsClientOptions } from '../src/index.ts'
import type { FakeBucket } from './fake-objects.ts'
import { TOKEN, type FakeServer, type Fault } from './fake-server.ts'

const FAULTS: Readonly<Record<'denied' | 'busy' | 'unreachable', Fault>> = {
  denied: { kind: 'status', status: 403, reason: 'forbidden' },
  busy: { kind: 'status', status: 429, reason: 'rateLimitExceeded' },
  unreachable: { kind: 'cut' },
}

/** Files of more than this go up in a session. */
export const PART_BYTES: number = 256 * 1024

const accessToken = async (): Promise<string> => TOKEN

export function clientOf(
  server: FakeServer,
  bucket: FakeBucket,
  more: Partial<GsClientOptions> = {},
): ReplicaClient {
  const common = { bucket: bucket.name, path: 'app/db', endpoint: server.url, accessToken, env: nodeEnv() }
  return gsClient({ ...common, partBytes: PART_BYTES, timeoutMs: 10_000, ...more })
}

/** The client on buckets of the fake. */
export function fakeSubject(server: FakeServer): ConformanceSubject {
  const buckets = new WeakMap<ReplicaClient, FakeBucket>()
  const bucketOf = (client: ReplicaClient): FakeBucket => {
    const bucket = buckets.get(client)
    if (bucket === undefined) throw new TypeError('not a client of this subject')
    return bucket
  }
  const make = (bucket: FakeBucket): ReplicaClient => {
    const client = clientOf(server, bucket)
    buckets.set(client, bucket)
    return client
  }
  return {
    create: async () => make(server.newBucket()),
    another: async (client) => make(bucketOf(client)),
    putForeign: async (client, path, bytes) =>
      void bucketOf(client).store(`app/db/${path}`, Buffer.from(bytes)),
    hasForeign: async (client, path) => bucketOf(client).objects.has(`app/db/${path}`),
    listRequests: (client) => bucketOf(client).count('LIST'),
    failNext: async (client, failure) => server.fail(bucketOf(client), FAULTS[failure]),
    secrets: [TOKEN],
  }
}
