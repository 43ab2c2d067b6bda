import type { FileKey, ReplicaClient, RequestReport } from '@ltx/client-core'
import { createHeader, encodeHeader, toTxid } from '@ltx/format'
import { afterAll } from 'vitest'
import type { WebdavClientOptions } from '../src/index.ts'
import { startFakeServer, type FakeServer, type Fault } from './fake-server.ts'
import type { FakeTree, Oddities } from './fake-tree.ts'
import type { FakeScheme } from './fake-users.ts'
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

export async function readAll(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return new Uint8Array(Buffer.concat(parts))
}

export interface World {
  readonly tree: FakeTree
  /** Of its tree, in the server. */
  readonly name: string
  readonly client: ReplicaClient
  readonly reports: RequestReport[]
  readonly fail: (fault: Fault, method?: string) => void
}

export interface WorldOptions extends Partial<WebdavClientOptions> {
  readonly oddities?: Oddities
}

/** A fake for the tests of one file, and worlds in it: a tree of its own with a client each. */
export async function fakeWorlds(scheme: FakeScheme | null = 'basic'): Promise<{
  readonly server: FakeServer
  readonly world: (options?: WorldOptions) => World
}> {
  const server = await startFakeServer(scheme)
  afterAll(() => server[Symbol.asyncDispose]())
  return {
    server,
    world({ oddities = {}, ...options } = {}) {
      const { tree, name } = server.newTree()
      Object.assign(tree.oddities, oddities)
      const reports: RequestReport[] = []
      const onRequest = (report: RequestReport): void => void reports.push(report)
      const client = clientOf(server, name, { onRequest, ...options })
      return { tree, name, client, reports, fail: (fault, method) => server.fail(tree, fault, method) }
    },
  }
}
