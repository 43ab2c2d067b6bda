import type { FileKey, ReplicaClient, RequestReport } from '@ltx/client-core'
import { createHeader, encodeHeader, toTxid } from '@ltx/format'
import { nodeEnv } from '@ltx/env/node'
import { afterAll } from 'vitest'
import type { OssClientOptions } from '../src/index.ts'
import { Connection } from '../src/lib/connect.ts'
import { checkOptions } from '../src/lib/options.ts'
import { KEY_ID, SECRET } from './check-signature.ts'
import type { FakeBucket } from './fake-objects.ts'
import type { Operation } from './fake-operations.ts'
import { startFakeServer, type FakeServer, type Fault } from './fake-server.ts'
import { clientOf } from './subject.ts'

/** 2023-11-14T22:13:20.123Z */
export const TIME_MS = 1_700_000_000_123

export function key(level: number, min: bigint, max: bigint = min): FileKey {
  return { level, minTXID: toTxid(min), maxTXID: toTxid(max) }
}

export function fileBytes(file: FileKey, size: number = 500, fill: number = 7): Uint8Array {
  const { minTXID, maxTXID } = file
  const bytes = Uint8Array.from({ length: size }, (_, index) => (index * fill) % 251)
  bytes.set(encodeHeader(createHeader({ pageSize: 512, commit: 1, minTXID, maxTXID, timestampMs: TIME_MS })))
  return bytes
}

export async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += 50_021) yield bytes.subarray(start, start + 50_021)
}

export async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return new Uint8Array(Buffer.concat(parts))
}

export interface World {
  readonly bucket: FakeBucket
  readonly client: ReplicaClient
  readonly reports: RequestReport[]
  readonly fail: (fault: Fault, on?: Operation) => void
  readonly count: (operation: Operation) => number
}

/** A fake for the tests of one file, and worlds in it: a bucket of its own with a client each. */
export async function fakeWorlds(perPage: number = 2): Promise<{
  readonly server: FakeServer
  readonly world: (options?: Partial<OssClientOptions>) => World
  readonly connection: (bucket: FakeBucket, options?: Partial<OssClientOptions>) => Connection
}> {
  const server = await startFakeServer({ perPage })
  const opened: { close(): Promise<void> }[] = []
  afterAll(async () => {
    await Promise.all(opened.map((each) => each.close()))
    await server[Symbol.asyncDispose]()
  })
  return {
    server,
    world(options = {}) {
      const bucket = server.newBucket()
      const reports: RequestReport[] = []
      const client = clientOf(server, bucket, {
        onRequest: (report) => void reports.push(report),
        ...options,
      })
      opened.push(client)
      const fail = (fault: Fault, on?: Operation): void => server.fail(bucket, fault, on)
      return { bucket, client, reports, fail, count: (operation) => server.count(bucket, operation) }
    },
    connection(bucket, options = {}) {
      const place = { bucket: bucket.name, path: 'p', endpoint: server.url, region: 'cn-hangzhou' }
      const keys = { accessKeyId: KEY_ID, accessKeySecret: SECRET }
      const connection = new Connection(checkOptions({ ...place, ...keys, env: nodeEnv(), ...options }))
      opened.push(connection)
      return connection
    },
  }
}
