import assert from 'node:assert/strict'
import { createHeader, toTxid, type Header } from '@ltx/format'
import { test } from 'vitest'
import { InputChain } from './input-chain.ts'

function header(minTXID: bigint, maxTXID: bigint, pageSize: number = 512): Header {
  return createHeader({
    pageSize,
    commit: 1,
    minTXID: toTxid(minTXID),
    maxTXID: toTxid(maxTXID),
    timestampMs: 0,
  })
}

const last = 0xffff_ffff_ffff_ffffn
const rows: readonly [
  situation: string,
  first: [bigint, bigint],
  second: [bigint, bigint],
  outcome: string,
][] = [
  ['adjacent', [2n, 4n], [5n, 5n], 'accepted'],
  ['overlapping by one', [2n, 4n], [4n, 5n], 'accepted'],
  ['starting before the first', [3n, 4n], [2n, 5n], 'accepted'],
  ['one TXID left out', [2n, 4n], [6n, 6n], 'COMPACT_GAP'],
  ['the same range', [2n, 4n], [2n, 4n], 'COMPACT_CONTAINED'],
  ['inside', [2n, 4n], [3n, 3n], 'COMPACT_CONTAINED'],
  ['before', [5n, 5n], [2n, 4n], 'COMPACT_CONTAINED'],
  ['the very last TXID', [2n, last - 1n], [last, last], 'accepted'],
  ['after the very last TXID', [2n, last], [last, last], 'COMPACT_CONTAINED'],
]

for (const [situation, first, second, outcome] of rows) {
  test(`InputChain: ${situation} → ${outcome}`, () => {
    const chain = new InputChain()
    chain.append(header(...first), 'one')
    const append = (): void => chain.append(header(...second), 'two')
    if (outcome !== 'accepted')
      assert.throws(append, { code: outcome, inputIndex: 1, message: /two .* one$/ })
    else {
      append()
      assert.deepEqual([chain.ends().first.minTXID, chain.ends().last.maxTXID], [first[0], second[1]])
    }
  })
}

test('InputChain: another page size → COMPACT_PAGE_SIZE', () => {
  const chain = new InputChain()
  chain.append(header(2n, 2n), 'one')
  assert.throws(() => chain.append(header(3n, 3n, 1024), 'two'), { code: 'COMPACT_PAGE_SIZE', inputIndex: 1 })
})

test('InputChain: nothing appended → COMPACT_NO_INPUT', () => {
  assert.throws(() => new InputChain().ends(), { code: 'COMPACT_NO_INPUT', inputIndex: null })
})
