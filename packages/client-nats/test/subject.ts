import type { ReplicaClient } from '@ltx/client-core'
import type { ConformanceSubject } from '@ltx/client-core/conformance'
import { nodeEnv } from '@ltx/env/node'
import { natsClient, type NatsClientOptions } from '../src/index.ts'
import { encodeMeta, metaSubject } from '../src/lib/object-meta.ts'
import { PASSWORD, USER, type FakeServer, type Fault } from './fake-server.ts'
import type { FakeStream } from './fake-stream.ts'

const FAULTS: Readonly<Record<'denied' | 'busy' | 'unreachable', Fault>> = {
  denied: { kind: 'denied' },
  busy: { kind: 'api', status: 429, code: 10167, description: 'too many requests' },
  unreachable: { kind: 'cut' },
}

export function clientOf(
  server: FakeServer,
  stream: FakeStream,
  more: Partial<NatsClientOptions> = {},
): ReplicaClient {
  const login = { username: USER, password: PASSWORD }
  const place = { server: server.url, bucket: stream.bucket, path: 'app/db' }
  return natsClient({ ...place, ...login, env: nodeEnv(), timeoutMs: 10_000, ...more })
}

/** An object of somebody else. */
export function putObject(stream: FakeStream, name: string, bytes: Uint8Array): void {
  const { bucket } = stream
  const nuid = Buffer.from(name).toString('hex')
  const none = Buffer.alloc(0)
  stream.publish(`$O.${bucket}.C.${nuid}`, none, Buffer.from(bytes))
  const size = { size: bytes.length, chunks: 1, chunkBytes: 131_072, digest: 'of nobody' }
  const times = { timestampMs: 0, earliestAtMs: undefined, nowMs: 0 }
  stream.publish(
    metaSubject(bucket, name),
    none,
    Buffer.from(encodeMeta({ bucket, name, nuid, ...size, ...times })),
  )
}

/** The client on object stores of the fake. */
export function fakeSubject(server: FakeServer): ConformanceSubject {
  const streams = new WeakMap<ReplicaClient, FakeStream>()
  const streamOf = (client: ReplicaClient): FakeStream => {
    const stream = streams.get(client)
    if (stream === undefined) throw new TypeError('not a client of this subject')
    return stream
  }
  const make = (stream: FakeStream): ReplicaClient => {
    const client = clientOf(server, stream)
    streams.set(client, stream)
    return client
  }
  return {
    create: async () => make(server.newBucket()),
    another: async (client) => make(streamOf(client)),
    putForeign: async (client, path, bytes) => putObject(streamOf(client), `app/db/${path}`, bytes),
    hasForeign: async (client, path) => {
      const stream = streamOf(client)
      return stream.of(metaSubject(stream.bucket, `app/db/${path}`)).length > 0
    },
    async failNext(client, failure) {
      await server.whenQuiet()
      server.fail(streamOf(client), FAULTS[failure])
    },
    secrets: [PASSWORD],
    lacks: {
      'counted-listings':
        'the store lists in the order of writing, so all of it is read before the first file',
    },
  }
}
