import assert from 'node:assert/strict'
import { test } from 'vitest'
import { compareRows, type Change } from './compare.ts'
import type { Row } from './measure.ts'

const figure = (value: number, ...others: number[]): Row['ours'] => ({
  value,
  samples: others.length > 0 ? [value, ...others] : [value, value, value],
})
const single = (value: number): Row['ours'] => ({ value, samples: [value] })
const row: Row = { what: 'restore', unit: 's', better: 'less', ours: figure(3), peer: figure(20) }
const alone: Row = { what: 'encode', unit: 'MB/s', better: 'more', ours: figure(500) }
const dd = (value: number): Row['beside'] => ({ name: 'dd', figure: figure(value) })

const rows: readonly [situation: string, before: Row, after: Row, Pick<Change, 'kind' | 'by'>][] = [
  ['the same', row, row, { kind: 'same', by: 'ratio' }],
  [
    'both sides twice as slow',
    row,
    { ...row, ours: figure(6), peer: figure(40) },
    { kind: 'same', by: 'ratio' },
  ],
  ['ours twice as slow', row, { ...row, ours: figure(6) }, { kind: 'slower', by: 'ratio' }],
  ['ours 20 % slower', row, { ...row, ours: figure(3.6) }, { kind: 'same', by: 'ratio' }],
  [
    'ours 40 % slower, of one round',
    { ...row, ours: single(3) },
    { ...row, ours: single(4.2) },
    { kind: 'same', by: 'ratio' },
  ],
  ['ours 40 % slower, of three rounds', row, { ...row, ours: figure(4.2) }, { kind: 'slower', by: 'ratio' }],
  ['ours twice as fast', row, { ...row, ours: figure(1.5) }, { kind: 'faster', by: 'ratio' }],
  [
    'Litestream did not run again',
    row,
    { ...row, peer: undefined, ours: figure(6) },
    { kind: 'slower', by: 'figure' },
  ],
  [
    'more is better, and it is half',
    alone,
    { ...alone, ours: figure(250) },
    { kind: 'slower', by: 'figure' },
  ],
  [
    'half, as dd beside it is',
    { ...alone, beside: dd(1000) },
    { ...alone, ours: figure(250), beside: dd(500) },
    { kind: 'same', by: 'beside' },
  ],
  [
    'rounds lie far apart',
    { ...row, ours: figure(3, 1, 1, 6, 6) },
    { ...row, ours: figure(4.5) },
    { kind: 'same', by: 'ratio' },
  ],
  [
    'it differs by a tick of the clock',
    { ...row, peer: undefined, ours: figure(0.1), grain: 0.1 },
    { ...row, peer: undefined, ours: figure(0.2) },
    { kind: 'same', by: 'figure' },
  ],
  [
    'from nothing to something',
    { ...row, ours: figure(0) },
    { ...row, ours: figure(1) },
    { kind: 'slower', by: 'ratio' },
  ],
  ['nothing, twice', { ...row, ours: figure(0) }, { ...row, ours: figure(0) }, { kind: 'same', by: 'ratio' }],
]
for (const [situation, before, after, expected] of rows) {
  test(`compareRows: ${situation} → ${expected.kind}, by ${expected.by}`, () => {
    const [change] = compareRows([before], [after]).changes
    assert.deepEqual({ kind: change?.kind, by: change?.by }, expected)
  })
}

test('compareRows: several → the worst first; a row that is not there any more is named, a new one is not', () => {
  const { changes, missing } = compareRows(
    [alone, row, { ...row, what: 'gone' }],
    [{ ...row, ours: figure(6) }, alone, { ...row, what: 'new' }],
  )
  assert.deepEqual(
    changes.map(({ what, factor }) => [what, factor]),
    [
      ['restore', 2],
      ['encode', 1],
    ],
  )
  assert.deepEqual(missing, ['gone'])
})
