import type { FileKey, ReplicaClient, RequestReport } from '@ltx/client-core'
import { createHeader, encodeHeader, toTxid } from '@ltx/format'
import { nodeEnv } from '@ltx/env/node'
import { afterAll } from 'vitest'
import type { NatsClientOptions } from '../src/index.ts'
import { Connection } from '../src/lib/connect.ts'
import { checkOptions } from '../src/lib/options.ts'
import {
  PASSWORD,
  startFakeServer,
  USER,
  type FakeOptions,
  type FakeServer,
  type Fault,
} from './fake-server.ts'
import type { Kind } from './fake-requests.ts'
import type { FakeStream } from './fake-stream.ts'
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
  readonly stream: FakeStream
  readonly client: ReplicaClient
  readonly reports: RequestReport[]
  readonly fail: (fault: Fault, on?: Kind) => void
}

/** A fake for the tests of one file, and worlds in it: an object store of its own with a client each. */
export async function fakeWorlds(options: FakeOptions = {}): Promise<{
  readonly server: FakeServer
  readonly world: (options?: Partial<NatsClientOptions>) => World
  readonly connection: (stream: FakeStream, options?: Partial<NatsClientOptions>) => Connection
}> {
  const server = await startFakeServer({ perPull: 3, ...options })
  const connections: { close(): Promise<void> }[] = []
  afterAll(async () => {
    await Promise.all(connections.map((each) => each.close()))
    await server[Symbol.asyncDispose]()
  })
  return {
    server,
    world(more = {}) {
      const stream = server.newBucket()
      const reports: RequestReport[] = []
      const client = clientOf(server, stream, { onRequest: (report) => void reports.push(report), ...more })
      connections.push(client)
      return { stream, client, reports, fail: (fault, on) => server.fail(stream, fault, on) }
    },
    connection(stream, more = {}) {
      const place = { server: server.url, bucket: stream.bucket, username: USER, password: PASSWORD }
      const connection = new Connection(checkOptions({ ...place, env: nodeEnv(), ...more }))
      connections.push(connection)
      return connection
    },
  }
}
