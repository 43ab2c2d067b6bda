import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Row } from './measure.ts'
import { formatTable } from './table.ts'

const rows: readonly Row[] = [
  {
    what: 'restore 1 GiB',
    unit: 'MB/s',
    better: 'more',
    ours: { value: 300, samples: [280, 300, 310] },
    peer: { value: 75, samples: [75] },
    beside: { name: 'dd', figure: { value: 1000, samples: [1000] } },
  },
  {
    what: 'version',
    unit: 'ms',
    better: 'less',
    ours: { value: 61.234, samples: [61.234] },
    note: 'from source',
  },
]

test('formatTable: rows with and without everything → columns, the note under its row', () => {
  const lines = [
    'what               ours     spread  Litestream  ratio       beside',
    '-------------  --------  ---------  ----------  -----  -----------',
    'restore 1 GiB  300 MB/s  280 … 310     75 MB/s      4  0.300 of dd',
    'version         61.2 ms',
    '    from source',
  ]
  assert.equal(formatTable(rows), lines.join('\n'))
})
