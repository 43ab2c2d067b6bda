import assert from 'node:assert/strict'
import type { FileInfo } from '@ltx/client-core'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { countLevel0 } from './count-level-0.ts'

const file = (level: number, max: number, createdAtMs: number): FileInfo => ({
  level,
  minTXID: toTxid(1n),
  maxTXID: toTxid(BigInt(max)),
  size: 100,
  createdAtMs,
})

const level0 = [1, 2, 3, 4, 5].map((txid) => file(0, txid, txid * 10))
const facts = { nowMs: 60, snapshotRetentionMs: 1000, l0RetentionMs: 25 }

test('countLevel0: files before the window, two of which go → eligible, not compacted, too recent', () => {
  const counts = countLevel0({ ...facts, levels: [level0, [file(1, 2, 20)]] }, 2)
  assert.deepEqual(counts, { eligible: 2, notCompacted: 1, tooRecent: 2 })
})

test('countLevel0: all are old → none is too recent', () => {
  const counts = countLevel0({ ...facts, nowMs: 1000, levels: [level0, [file(1, 2, 20)]] }, 2)
  assert.deepEqual(counts, { eligible: 2, notCompacted: 3, tooRecent: 0 })
})

test('countLevel0: no level 1 → all zero', () => {
  const zeros = { eligible: 0, notCompacted: 0, tooRecent: 0 }
  assert.deepEqual(countLevel0({ ...facts, levels: [level0] }, 0), zeros)
})

test('countLevel0: level 0 is kept for ever → nothing to count', () => {
  assert.equal(countLevel0({ ...facts, l0RetentionMs: 0, levels: [level0, [file(1, 2, 20)]] }, 0), null)
})
