import assert from 'node:assert/strict'
import { test } from 'vitest'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { truncated, withByte, withInserted } from '@ltx/format/testing'
import { toTxid } from '@ltx/format'
import { MemoryLocalFiles, smallFile, type SmallFile } from '../../../test/memory-local-files.ts'
import { compareWithStored, type Identity } from './identity.ts'

const txid = toTxid(5n)
const key = { level: 0, minTXID: txid, maxTXID: txid }
const mine: SmallFile = { max: 5 }

async function compare(stored: Uint8Array | null): Promise<{ result: Identity; client: MemoryClient }> {
  const client = memoryClient()
  if (stored !== null) client.storage.put(key, stored)
  const local = new MemoryLocalFiles([mine])
  const [copy] = await local.list()
  assert.ok(copy !== undefined)
  return { result: await compareWithStored({ client, local }, copy, key), client }
}

const file = smallFile(mine)
const rows: readonly [situation: string, stored: Uint8Array | null, result: Identity][] = [
  ['the same file', file, 'same'],
  ['nothing stored', null, 'unknown'],
  ['another time in the header', smallFile({ ...mine, timestampMs: 5001 }), 'different'],
  ['other pages', smallFile({ ...mine, fill: 7 }), 'different'],
  ['a shorter file', truncated(file, file.length - 1), 'different'],
  ['a file of a few bytes', truncated(file, 10), 'different'],
  ['a longer file with the same end', withInserted(file, 0, new Uint8Array(1)), 'different'],
  ['the same file with a byte more', withInserted(file, file.length, new Uint8Array(1)), 'different'],
  ['another trailer', withByte(file, file.length - 1, (file.at(-1) ?? 0) ^ 1), 'different'],
]

for (const [situation, stored, expected] of rows) {
  test(`compareWithStored: ${situation} → ${expected}, with one request`, async () => {
    const { result, client } = await compare(stored)
    assert.equal(result, expected)
    assert.deepEqual(client.storage.requests, { list: 0, get: 1, put: 0, delete: 0 })
  })
}

test('compareWithStored: storage that fails → rejects, it is not taken for unknown', async () => {
  const client = memoryClient()
  client.storage.failNext(403)
  const local = new MemoryLocalFiles([mine])
  const copy = { txid, bytes: file.length }
  await assert.rejects(compareWithStored({ client, local }, copy, key), { code: 'CLIENT_DENIED' })
})
