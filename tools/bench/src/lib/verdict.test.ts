import assert from 'node:assert/strict'
import { test } from 'vitest'
import { atLeast, atMost } from './bound.ts'
import type { Row } from './measure.ts'
import { ratioTo, verdictOf, type Verdict } from './verdict.ts'

const figure = (value: number): Row['ours'] => ({ value, samples: [value] })
const row: Row = { what: 'restore', unit: 'MB/s', better: 'more', ours: figure(300) }
const beside = { name: 'dd', figure: figure(600) }
const peer = figure(1000)

const rows: readonly [situation: string, Row, Verdict | null][] = [
  ['nothing asked', row, null],
  ['at least, above it', { ...row, must: atLeast(299) }, 'ok'],
  ['at least, exactly it', { ...row, must: atLeast(300) }, 'ok'],
  ['at least, below it', { ...row, must: atLeast(301) }, 'MISSED'],
  ['at most, exactly it', { ...row, must: atMost(300) }, 'ok'],
  ['at most, above it', { ...row, must: atMost(299) }, 'MISSED'],
  ['half of dd, exactly', { ...row, beside, must: atLeast(0.5, 'beside') }, 'ok'],
  ['less than half of dd', { ...row, beside, must: atLeast(0.51, 'beside') }, 'MISSED'],
  ['part of dd, and dd was not run', { ...row, must: atLeast(0.5, 'beside') }, 'unknown'],
  ['part of Litestream', { ...row, peer, must: atMost(0.3, 'peer'), aim: atMost(0.2, 'peer') }, 'ok'],
  ['the aim too', { ...row, peer, must: atMost(0.6, 'peer'), aim: atMost(0.3, 'peer') }, 'aim'],
  ['neither', { ...row, peer, must: atMost(0.29, 'peer'), aim: atMost(0.2, 'peer') }, 'MISSED'],
  ['Litestream was not run', { ...row, must: atMost(0.6, 'peer'), aim: atMost(0.3, 'peer') }, 'unknown'],
  ['an aim alone, not reached', { ...row, aim: atMost(250) }, 'ok'],
]
for (const [situation, given, verdict] of rows) {
  test(`verdictOf: ${situation} → ${verdict}`, () => assert.equal(verdictOf(given), verdict))
}

test('ratioTo: Litestream took 600 → ours is half; it took nothing → no ratio', () => {
  assert.equal(ratioTo({ ...row, peer: figure(600) }, 'peer'), 0.5)
  assert.equal(ratioTo({ ...row, peer: figure(0) }, 'peer'), null)
  assert.equal(ratioTo(row, 'peer'), null)
})
