import assert from 'node:assert/strict'
import { test } from 'vitest'
import { atMost } from './bound.ts'
import { formatReport } from './report.ts'
import type { BenchResults } from './results-file.ts'

const results = (ours: number): BenchResults => ({
  takenAt: '2026-11-25T00:00:00.000Z',
  machine: {
    system: 'Linux',
    processor: 'one',
    cores: 2,
    memoryBytes: 1,
    node: 'v24.0.0',
    commit: '0123456789abcdef',
    isChanged: false,
    load: [0.5, 0.5, 0.5],
  },
  effort: 'quick',
  ltx: 'packed',
  peer: 'Litestream 0.5.17',
  results: [
    {
      name: 'restore',
      seconds: 1,
      load: 1.25,
      rows: [
        {
          what: 'restore',
          unit: 's',
          better: 'less',
          ours: { value: ours, samples: [ours] },
          peer: { value: 10, samples: [10] },
          must: atMost(0.2, 'peer'),
        },
      ],
    },
    { name: 'long', seconds: 0, load: 0, rows: [], skipped: 'takes long' },
    { name: 'bad', seconds: 0, load: 1, rows: [], error: 'other bytes\n  at x' },
  ],
})

test('formatReport: with an earlier run → the ratios, the load, what was left out and failed, and what got slower', () => {
  const text = formatReport(results(3), results(1))
  assert.match(text, /^restore +3 s +10 s +0\.300 +≤ 0\.2 +MISSED$/m)
  assert.match(text, /Load up to 1\.3 on 2 cores/)
  assert.match(text, /left out: long \(takes long\)\nFAILED: bad: other bytes$/m)
  assert.match(text, /since 2026-11-25T00:00:00\.000Z, 01234567:/)
  assert.match(text, /1 slower, 0 faster, 0 the same/)
})

test('formatReport: the earlier run was of other sizes → RangeError', () => {
  assert.throws(() => formatReport(results(3), { ...results(1), effort: 'full' }), RangeError)
})
