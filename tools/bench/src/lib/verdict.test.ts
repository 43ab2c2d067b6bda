import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Floor, Row } from './measure.ts'
import { meetsFloor, ratioTo } from './verdict.ts'

const figure = (value: number): Row['ours'] => ({ value, samples: [value] })
const row: Row = { what: 'restore', unit: 'MB/s', better: 'more', ours: figure(300) }
const beside = { name: 'dd', figure: figure(600) }

const rows: readonly [situation: string, Row, meets: boolean | null][] = [
  ['no floor', row, null],
  ['at least, above it', { ...row, floor: floor('at least', 299) }, true],
  ['at least, exactly it', { ...row, floor: floor('at least', 300) }, true],
  ['at least, below it', { ...row, floor: floor('at least', 301) }, false],
  ['at most, exactly it', { ...row, floor: floor('at most', 300) }, true],
  ['at most, above it', { ...row, floor: floor('at most', 299) }, false],
  ['half of dd, exactly', { ...row, beside, floor: floor('at least', 0.5, 'beside') }, true],
  ['less than half of dd', { ...row, beside, floor: floor('at least', 0.51, 'beside') }, false],
  ['part of dd, and dd was not run', { ...row, floor: floor('at least', 0.5, 'beside') }, null],
]
for (const [situation, given, meets] of rows) {
  test(`meetsFloor: ${situation} → ${meets}`, () => assert.equal(meetsFloor(given), meets))
}

test('ratioTo: Litestream took 600 → ours is half; it took nothing → no ratio', () => {
  assert.equal(ratioTo({ ...row, peer: figure(600) }, 'peer'), 0.5)
  assert.equal(ratioTo({ ...row, peer: figure(0) }, 'peer'), null)
  assert.equal(ratioTo(row, 'peer'), null)
})

function floor(is: Floor['is'], limit: number, of: Floor['of'] = 'ours'): Floor {
  return { is, limit, of }
}
