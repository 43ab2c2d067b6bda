import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Change } from './compare.ts'
import { formatComparison } from './comparison-text.ts'

const change: Change = {
  what: 'restore: wall',
  kind: 'slower',
  by: 'ratio',
  before: 0.15,
  after: 0.3,
  factor: 2,
  noise: 0.25,
}

test('formatComparison: one slower, one the same, one not measured → the slower one by name, the others counted', () => {
  const text = formatComparison({ changes: [change, { ...change, kind: 'same' }], missing: ['idle'] })
  assert.equal(
    text,
    [
      'what                         before    now  times  noise to',
      '---------------------------  ------  -----  -----  --------  ------',
      'restore: wall of Litestream   0.150  0.300      2      1.25  SLOWER',
      '',
      '1 slower, 0 faster, 1 the same within noise',
      'not measured this time: idle',
    ].join('\n'),
  )
})

test('formatComparison: nothing changed → no table', () => {
  const text = formatComparison({ changes: [{ ...change, kind: 'same' }], missing: [] })
  assert.equal(text, '0 slower, 0 faster, 1 the same within noise')
})
