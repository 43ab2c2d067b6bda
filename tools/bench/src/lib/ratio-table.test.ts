import assert from 'node:assert/strict'
import { test } from 'vitest'
import { atLeast, atMost } from './bound.ts'
import type { Row } from './measure.ts'
import { formatRatios } from './ratio-table.ts'

const figure = (value: number): Row['ours'] => ({ value, samples: [value] })
const rows: readonly Row[] = [
  { what: 'nothing asked', unit: 's', better: 'less', ours: figure(1) },
  {
    what: 'restore',
    unit: 's',
    better: 'less',
    ours: figure(3),
    peer: figure(20),
    must: atMost(0.2, 'peer'),
    aim: atMost(0.08, 'peer'),
  },
  { what: 'RSS', unit: 'MB', better: 'less', ours: figure(151), must: atMost(150) },
  {
    what: 'rate',
    unit: 'MB/s',
    better: 'more',
    ours: figure(900),
    beside: { name: 'dd', figure: figure(1000) },
    must: atLeast(0.5, 'beside'),
    aim: atLeast(0.8, 'beside'),
  },
]

test('formatRatios: rows of all kinds → those of which something is asked, what it is, and whether it is so', () => {
  const lines = [
    'what         ours  Litestream  ratio         must          aim',
    '-------  --------  ----------  -----  -----------  -----------  ------',
    'restore       3 s        20 s  0.150        ≤ 0.2       ≤ 0.08      ok',
    'RSS        151 MB                        ≤ 150 MB               MISSED',
    'rate     900 MB/s                     ≥ 0.5 of dd  ≥ 0.8 of dd     aim',
  ]
  assert.equal(formatRatios(rows), lines.join('\n'))
})
