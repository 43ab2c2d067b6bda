import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ClientErrorCode, FileKey, ReplicaClient, RequestReport } from '@ltx/client-core'
import { isClientError } from '@ltx/client-core'
import type { LogFields, Logger } from '@ltx/env'
import { createHeader, encodeHeader, toTxid } from '@ltx/format'
import { afterAll } from 'vitest'
import type { SftpClientOptions } from '../src/index.ts'
import { Connection } from '../src/lib/connection.ts'
import { checkOptions } from '../src/lib/options.ts'
import { startFakeServer, type FakeServer, type FakeServerOptions } from './fake-server.ts'
import { clientOf, optionsOf } from './subject.ts'

/** 2023-11-14T22:13:20.123Z */
export const TIME_MS = 1_700_000_000_123

/** What the first file of level 0 is called. */
export const NAME = '0000000000000001-0000000000000001.ltx'

export function key(level: number, min: bigint, max: bigint = min): FileKey {
  return { level, minTXID: toTxid(min), maxTXID: toTxid(max) }
}

export function fileBytes(
  file: FileKey,
  size: number = 500,
  fill: number = 7,
  timestampMs: number = TIME_MS,
): Uint8Array {
  const { minTXID, maxTXID } = file
  const bytes = Uint8Array.from({ length: size }, (_, index) => (index * fill) % 251)
  bytes.set(encodeHeader(createHeader({ pageSize: 512, commit: 1, minTXID, maxTXID, timestampMs })))
  return bytes
}

/** In one buffer that is used again, as borrowed chunks may be. */
export async function* chunksOf(
  bytes: Uint8Array,
  chunkBytes: number = 50_021,
): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = new Uint8Array(chunkBytes)
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    const chunk = bytes.subarray(start, start + chunkBytes)
    buffer.set(chunk)
    yield buffer.subarray(0, chunk.length)
    buffer.fill(0)
  }
}

export async function write(
  client: ReplicaClient,
  file: FileKey,
  bytes: Uint8Array = fileBytes(file),
): Promise<void> {
  await client.writeFile(file, () => chunksOf(bytes))
}

export async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return new Uint8Array(Buffer.concat(parts))
}

/** For `assert.rejects`. */
export function withCode(code: ClientErrorCode, text: RegExp = /./): (error: unknown) => boolean {
  return (error) => isClientError(error, code) && text.test(error.message)
}

/** A logger that keeps its lines. */
export function recordingLogger(): Logger & { readonly lines: string[] } {
  const lines: string[] = []
  const logger = {
    lines,
    log: (level: string, message: string, fields: LogFields = {}): void =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields)}`),
    with: (): Logger => logger,
  }
  return logger
}

export interface World {
  readonly server: FakeServer
  /** Of the replica, on the server. */
  readonly path: string
  readonly client: ReplicaClient
  readonly connection: Connection
  readonly reports: RequestReport[]
  /** Puts something below the replica's root. */
  readonly put: (below: string, bytes?: Uint8Array | string) => string
  /** Names in a directory below the replica's root, sorted. */
  readonly names: (below: string) => string[]
}

/** A fake for the tests of one file, and worlds in it: a path of its own with a client each. */
export async function fakeWorlds(
  serverOptions: FakeServerOptions = {},
): Promise<{ readonly server: FakeServer; readonly world: (options?: Partial<SftpClientOptions>) => World }> {
  const server = await startFakeServer(serverOptions)
  afterAll(() => server[Symbol.asyncDispose]())
  let next = 0
  return {
    server,
    world(options = {}) {
      const path = `/replicas/${next++}/db`
      const reports: RequestReport[] = []
      const more = { onRequest: (report: RequestReport) => void reports.push(report), ...options }
      const connection = new Connection(checkOptions(optionsOf(server, path, more)))
      const real = (below: string): string => server.files.real(`${path}/${below}`)
      return {
        server,
        path,
        client: clientOf(server, path, more),
        connection,
        reports,
        put(below, bytes = '') {
          mkdirSync(dirname(real(below)), { recursive: true })
          writeFileSync(real(below), bytes)
          return real(below)
        },
        names: (below) => readdirSync(real(below)).toSorted(),
      }
    },
  }
}
