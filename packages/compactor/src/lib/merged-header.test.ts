import assert from 'node:assert/strict'
import { createHeader, toTxid } from '@ltx/format'
import { test } from 'vitest'
import { mergedHeader } from './merged-header.ts'

const fields = { pageSize: 512, nodeId: 4n, walOffset: 99n, walSize: 5n, walSalt1: 1, walSalt2: 2 }
const first = createHeader({
  ...fields,
  commit: 7,
  minTXID: toTxid(2n),
  maxTXID: toTxid(3n),
  timestampMs: 50,
})
const last = createHeader({ ...fields, commit: 9, minTXID: toTxid(4n), maxTXID: toTxid(6n), timestampMs: 40 })

test('mergedHeader: first and last → min of the first, all else of the last, nothing of a WAL', () => {
  const txids = { minTXID: toTxid(2n), maxTXID: toTxid(6n) }
  assert.deepEqual(
    mergedHeader(first, last),
    createHeader({ pageSize: 512, commit: 9, ...txids, timestampMs: 40 }),
  )
})

test('mergedHeader: overrides → win; impossible ones → LTX_BAD_FIELD', () => {
  const overrides = { minTXID: toTxid(1n), maxTXID: toTxid(9n), timestampMs: 1 }
  const { minTXID, maxTXID, timestampMs } = mergedHeader(first, last, overrides)
  assert.deepEqual({ minTXID, maxTXID, timestampMs }, overrides)
  assert.throws(() => mergedHeader(first, last, { minTXID: toTxid(7n) }), { code: 'LTX_BAD_FIELD' })
})

test('mergedHeader: an emptied database → COMPACT_EMPTY', () => {
  const preApplyChecksum = 1n << 63n
  const emptied = createHeader({ ...last, commit: 0, noChecksum: false, preApplyChecksum })
  assert.throws(() => mergedHeader(first, emptied), { code: 'COMPACT_EMPTY' })
})
