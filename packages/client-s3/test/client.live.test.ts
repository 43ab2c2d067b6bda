import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import {
  S3Client,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, describe, test } from 'vitest'
import type { ReplicaClient, RequestKind } from '@ltx/client-core'
import {
  replicaClientConformance,
  type ConformanceSubject,
  type ProvokedFailure,
} from '@ltx/client-core/conformance'
import { nodeEnv } from '@ltx/env/node'
import { s3Client, type S3ClientOptions } from '../src/index.ts'
import { FailingProxy, type ProxyFault } from './failing-proxy.ts'
import { liveServer } from './live-server.ts'
import { fileBytes, key, readAll, sourceOf } from './material.ts'

const server = liveServer()
const { bucket, endpoint, region, accessKeyId, secretAccessKey } = server
const sdk = new S3Client({
  endpoint,
  region,
  forcePathStyle: true,
  credentials: { accessKeyId, secretAccessKey },
})
afterAll(() => sdk.destroy())

const proxy = await FailingProxy.before(endpoint)
afterAll(() => proxy[Symbol.asyncDispose]())
const FAULTS: Readonly<Record<ProvokedFailure, ProxyFault>> = {
  denied: { status: 403, code: 'AccessDenied' },
  busy: { status: 503, code: 'SlowDown' },
  unreachable: 'reset',
}

const requests = new WeakMap<ReplicaClient, RequestKind[]>()
const paths = new WeakMap<ReplicaClient, string>()

function make(path: string, options: Partial<S3ClientOptions> = {}): ReplicaClient {
  const made: RequestKind[] = []
  const client = s3Client({
    env: nodeEnv(),
    bucket,
    path,
    endpoint: proxy.endpoint,
    region,
    accessKeyId,
    secretAccessKey,
    onRequest: ({ kind }) => void made.push(kind),
    ...options,
  })
  requests.set(client, made)
  paths.set(client, path)
  return client
}

function keyOf(client: ReplicaClient, path: string): string {
  return `${paths.get(client)}/${path}`
}

function subject(options: Partial<S3ClientOptions> = {}): ConformanceSubject {
  return {
    layout: 'hex',
    largeBytes: 11 * 1024 * 1024 + 1,
    severalPages: 3,
    severalBatches: 1001,
    secrets: [secretAccessKey],
    create: async () => make(`live/${randomUUID()}`, options),
    another: async (client) => make(paths.get(client) ?? '', options),
    async putForeign(client, path, bytes) {
      await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: keyOf(client, path), Body: bytes }))
    },
    async hasForeign(client, path) {
      const found = await sdk
        .send(new HeadObjectCommand({ Bucket: bucket, Key: keyOf(client, path) }))
        .catch(() => null)
      return found !== null
    },
    failNext: async (_client, failure) => proxy.failNext(FAULTS[failure]),
    listRequests: (client) => (requests.get(client) ?? []).filter((kind) => kind === 'LIST').length,
  }
}

describe('against a real server', () => {
  replicaClientConformance({ describe, test }, subject())
})

describe('against a real server, bodies not signed', () => {
  replicaClientConformance({ describe, test }, subject({ signPayload: false }))
})

test('a real server: files written one after the other → one PUT each, after one probe', async () => {
  await using client = make(`live/${randomUUID()}`)
  for (let txid = 1n; txid <= 4n; txid++)
    await client.writeFile(key(0, txid), sourceOf(fileBytes(key(0, txid))))
  assert.deepEqual(requests.get(client), ['HEAD', 'PUT', 'PUT', 'PUT', 'PUT', 'PUT'])
})

test('a real server: a large upload that fails in the middle → no upload is left', async () => {
  const path = `live/${randomUUID()}`
  await using client = make(path)
  const bytes = fileBytes(key(9, 1n), 12 * 1024 * 1024)
  const reason = new Error('the source failed')
  const write = client.writeFile(key(9, 1n), async function* () {
    yield bytes
    throw reason
  })
  await assert.rejects(write, (error) => error === reason)
  await client.close() // ends what the write had begun beside it
  const left = await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: path }))
  assert.deepEqual(left.Uploads ?? [], [])
  const objects = await sdk.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: path }))
  assert.deepEqual(objects.Contents ?? [], [])
})

test('a real server: a file → the key and the metadata that Litestream reads', async () => {
  const path = `live/${randomUUID()}`
  await using client = make(path)
  await client.writeFile(key(9, 1n, 0x10n), sourceOf(fileBytes(key(9, 1n, 0x10n))))
  const Key = `${path}/0009/0000000000000001-0000000000000010.ltx`
  const found = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key }))
  assert.deepEqual(found.Metadata, { 'litestream-timestamp': '2023-11-14T22:13:20.123Z' })
  assert.deepEqual(
    await found.Body?.transformToByteArray(),
    await readAll(client.readFile(key(9, 1n, 0x10n))),
  )
})

test('a real server: bad keys, and a bucket that is not there → what to check', async () => {
  const file = key(0, 1n)
  await using wrongSecret = make('live/x', { secretAccessKey: 'wrong' })
  await assert.rejects(readAll(wrongSecret.readFile(file)), /CLIENT_DENIED.*check access-key-id/s)
  await using wrongKey = make('live/x', { accessKeyId: 'nobody' })
  await assert.rejects(readAll(wrongKey.readFile(file)), /CLIENT_DENIED.*check access-key-id/s)
  await using noBucket = make('live/x', { bucket: `missing-${randomUUID()}` })
  await assert.rejects(readAll(noBucket.readFile(file)), /CLIENT_BAD_OPTIONS.*no such bucket/s)
  await assert.rejects(
    noBucket.writeFile(file, sourceOf(fileBytes(file))),
    /CLIENT_BAD_OPTIONS.*no such bucket/s,
  )
})

test('a real server: old backups beside the replica → listed and read', async () => {
  const path = `live/${randomUUID()}`
  const Key = `${path}/generations/0123456789abcdef/snapshots/00000000.snapshot.lz4`
  await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'old' }))
  await using client = make(path)
  const found: string[] = []
  for await (const object of client.legacy?.list() ?? []) found.push(object.path)
  assert.deepEqual(found, ['generations/0123456789abcdef/snapshots/00000000.snapshot.lz4'])
  const bytes = await readAll(client.legacy?.read(found[0] ?? '') ?? [])
  assert.equal(Buffer.from(bytes).toString(), 'old')
})
