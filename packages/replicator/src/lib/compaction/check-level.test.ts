import assert from 'node:assert/strict'
import { test } from 'vitest'
import { toTxid } from '@ltx/format'
import type { FileInfo } from '@ltx/client-core'
import { checkLevel, type LevelProblemKind } from './check-level.ts'

function file(min: number, max: number): FileInfo {
  return { level: 1, minTXID: toTxid(BigInt(min)), maxTXID: toTxid(BigInt(max)), size: 1, createdAtMs: max }
}

const rows: readonly [situation: string, ranges: readonly [number, number][], kinds: LevelProblemKind[]][] = [
  ['no files', [], []],
  ['a single file', [[5, 9]], []],
  [
    'files that continue each other',
    [
      [1, 2],
      [3, 3],
      [4, 9],
    ],
    [],
  ],
  [
    'a missing transaction',
    [
      [1, 2],
      [4, 5],
    ],
    ['gap'],
  ],
  [
    'a shared transaction',
    [
      [1, 3],
      [3, 5],
    ],
    ['overlap'],
  ],
  [
    'the same range twice',
    [
      [1, 3],
      [1, 3],
    ],
    ['overlap'],
  ],
  [
    'a file before its predecessor',
    [
      [4, 5],
      [1, 3],
    ],
    ['unsorted'],
  ],
  [
    'several faults',
    [
      [1, 2],
      [4, 5],
      [5, 6],
      [1, 1],
    ],
    ['gap', 'overlap', 'unsorted'],
  ],
]

for (const [situation, ranges, kinds] of rows) {
  test(`checkLevel: ${situation} → ${kinds.length === 0 ? 'no problem' : kinds.join(', ')}`, () => {
    const problems = checkLevel(ranges.map(([min, max]) => file(min, max)))
    assert.deepEqual(
      problems.map(({ kind }) => kind),
      kinds,
    )
  })
}

test('checkLevel: a gap → names the file after it and where the one before ends', () => {
  assert.deepEqual(checkLevel([file(1, 2), file(5, 6)]), [
    { kind: 'gap', level: 1, previousMaxTXID: 2n, file: file(5, 6) },
  ])
})
