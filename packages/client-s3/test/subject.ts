import type { ReplicaClient } from '@ltx/client-core'
import type { ConformanceSubject, ProvokedFailure } from '@ltx/client-core/conformance'
import { nodeEnv } from '@ltx/env/node'
import { s3Client, type S3ClientOptions } from '../src/index.ts'
import type { FakeS3, Fault } from './fake-server.ts'

const FAULTS: Readonly<Record<ProvokedFailure, Fault>> = {
  denied: { status: 403, code: 'AccessDenied' },
  busy: { status: 503, code: 'SlowDown' },
  unreachable: 'reset',
}

/** A client of the fake. */
export function fakeClient(fake: FakeS3, options: Partial<S3ClientOptions> = {}): ReplicaClient {
  const { accessKeyId, secretAccessKey } = fake.keys
  return s3Client({
    env: nodeEnv(),
    bucket: 'backups',
    path: 'app/db',
    endpoint: fake.endpoint,
    accessKeyId,
    secretAccessKey,
    ...options,
  })
}

/** The published suite on the fake: a path of its own for every test. */
export function fakeSubject(fake: FakeS3, options: Partial<S3ClientOptions> = {}): ConformanceSubject {
  const paths = new WeakMap<ReplicaClient, string>()
  let count = 0
  const make = (path: string): ReplicaClient => {
    const client = fakeClient(fake, { ...options, path })
    paths.set(client, path)
    return client
  }
  const keyOf = (client: ReplicaClient, path: string): string => `${paths.get(client)}/${path}`
  return {
    layout: 'hex',
    largeBytes: 5 * 1024 * 1024 + 1,
    severalBatches: 40, // batches are tested in delete.test.ts, and against a real server
    secrets: [fake.keys.secretAccessKey, fake.keys.accessKeyId],
    create: async () => make(`replica ${count++}`),
    another: async (client) => make(paths.get(client) ?? ''),
    async putForeign(client, path, bytes) {
      fake.bucket('backups').put(keyOf(client, path), bytes, {})
    },
    hasForeign: async (client, path) => fake.bucket('backups').objects.has(keyOf(client, path)),
    listRequests: () => fake.operations().filter((operation) => operation === 'ListObjectsV2').length,
    async failNext(_client, failure) {
      fake.failNext(FAULTS[failure])
    },
  }
}
