import assert from 'node:assert/strict'
import { collectFiles, type RequestReport } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { nodeEnv } from '@ltx/env/node'
import { toTxid } from '@ltx/format'
import { encodeFileSpec } from '@ltx/format/testing'
import { test } from 'vitest'
import { observeFileClient } from './observe-file-client.ts'

const { clock } = nodeEnv()
const file = { level: 0, minTXID: toTxid(1n), maxTXID: toTxid(1n) }
const bytes = encodeFileSpec({
  pageSize: 512,
  commit: 1,
  minTXID: 1n,
  maxTXID: 1n,
  timestampMs: 0,
  pages: [{ pageNumber: 1 }],
})

test('observeFileClient: each call → one request of its kind with the bytes that it moved', async () => {
  const reports: RequestReport[] = []
  const inner = memoryClient()
  const client = observeFileClient(inner, (report) => reports.push(report), clock)
  assert.deepEqual([client.type, client.url, client.abilities], [inner.type, inner.url, inner.abilities])
  await client.init()
  await client.writeFile(file, async function* () {
    yield bytes
  })
  assert.equal((await collectFiles(client.listFiles(0))).length, 1)
  for await (const chunk of client.readFile(file)) assert.ok(chunk.length > 0)
  await client.deleteFiles([file])
  await client.deleteAll()
  await client.close()
  assert.deepEqual(
    reports.map(({ kind, bytesUp, bytesDown, failure }) => [kind, bytesUp, bytesDown, failure]),
    [
      ['PUT', bytes.length, 0, null],
      ['LIST', 0, 0, null],
      ['GET', 0, bytes.length, null],
      ['DELETE', 0, 0, null],
      ['DELETE', 0, 0, null],
    ],
  )
})

test('observeFileClient: a call that fails → its code; nobody counts → the client itself', async () => {
  const reports: RequestReport[] = []
  const inner = memoryClient()
  const client = observeFileClient(inner, (report) => reports.push(report), clock)
  await assert.rejects(async () => {
    for await (const chunk of client.readFile(file)) assert.fail(`${chunk.length} bytes of nothing`)
  })
  assert.deepEqual(
    reports.map(({ kind, failure }) => [kind, failure]),
    [['GET', 'CLIENT_NOT_FOUND']],
  )
  assert.equal(observeFileClient(inner, undefined, clock), inner)
})
