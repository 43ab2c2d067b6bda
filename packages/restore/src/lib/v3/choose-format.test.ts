import assert from 'node:assert/strict'
import { memoryClient, MemoryStorage } from '@ltx/client-core/memory'
import { simEnv } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { fileInfo, listingOf } from '../../../test/file-infos.ts'
import { legacyDatabase, putSnapshot } from '../../../test/legacy-replica.ts'
import { chooseFormat, newerFormat } from './choose-format.ts'
import type { LegacyItem } from './layout.ts'

const old = { generation: 'a'.repeat(16), size: 1, path: 'x', index: 0 }
const snapshotAt = (modifiedAtMs: number): LegacyItem => ({ ...old, kind: 'snapshot', modifiedAtMs })
const segmentAt = (modifiedAtMs: number): LegacyItem => ({ ...old, kind: 'segment', offset: 0, modifiedAtMs })

// files of LTX: a snapshot of 300, compactions of 100 and 200
const listing = listingOf([fileInfo(9, 1, 30), fileInfo(1, 1, 10), fileInfo(1, 11, 20)])

const rows: readonly [
  situation: string,
  items: readonly LegacyItem[],
  timestampMs: number | null,
  'ltx' | '0.3',
][] = [
  ['nothing old', [], null, 'ltx'],
  ['old data is newer', [snapshotAt(50), segmentAt(301)], null, '0.3'],
  ['both end at the same moment', [snapshotAt(50), segmentAt(300)], null, 'ltx'],
  ['pieces of WAL without a snapshot', [segmentAt(999)], null, 'ltx'],
  ['a moment, old data nearer to it', [snapshotAt(50), segmentAt(250)], 260, '0.3'],
  [
    'a moment, a compaction nearer to it, no snapshot before it',
    [snapshotAt(50), segmentAt(150)],
    260,
    'ltx',
  ],
  ['a moment, the very millisecond of an old snapshot', [snapshotAt(150)], 150, '0.3'],
  ['a moment, the very millisecond of an LTX file', [snapshotAt(50)], 100, '0.3'],
  ['a moment before everything old', [snapshotAt(150)], 120, 'ltx'],
]

for (const [situation, items, timestampMs, expected] of rows) {
  test(`newer format: ${situation} → ${expected}`, () => {
    const target =
      timestampMs === null ? ({ kind: 'latest' } as const) : ({ kind: 'timestamp', timestampMs } as const)
    assert.equal(newerFormat(items, listing, target), expected)
  })
}

test('newer format: nothing else there, and nothing old enough → the old one, which says why', () => {
  assert.equal(newerFormat([snapshotAt(150)], listingOf([]), { kind: 'timestamp', timestampMs: 120 }), '0.3')
})

test('choose format: nothing old → one listing; a transaction id → none', async () => {
  const client = memoryClient()
  const env = simEnv({ seed: 1 })
  assert.equal(await chooseFormat(client, env, { kind: 'latest' }), 'ltx')
  assert.equal(client.storage.requests.list, 1)
  assert.equal(await chooseFormat(client, env, { kind: 'txid', txid: toTxid(1n) }), 'ltx')
  assert.equal(client.storage.requests.list, 1)
})

test('choose format: something old, and a listing that is given → not listed again', async () => {
  const storage = new MemoryStorage()
  putSnapshot(storage, 0, legacyDatabase(1), 5)
  const client = memoryClient({ storage })
  const env = simEnv({ seed: 1 })
  const before = client.storage.requests.list
  const given = Promise.resolve(listing)
  assert.equal(await chooseFormat(client, env, { kind: 'latest' }, undefined, given), 'ltx')
  assert.equal(client.storage.requests.list - before, 1)
})

test('choose format: only something old → 0.3', async () => {
  const storage = new MemoryStorage()
  putSnapshot(storage, 0, legacyDatabase(1), 5)
  assert.equal(await chooseFormat(memoryClient({ storage }), simEnv({ seed: 1 }), { kind: 'latest' }), '0.3')
})
