import assert from 'node:assert/strict'
import type { FileInfo } from '@ltx/client-core'
import { SeededRandom } from '@ltx/env/sim'
import { test } from 'vitest'
import { fileInfo } from '../../../test/file-infos.ts'
import { replayable, SEED } from '../../../test/seed.ts'
import { planFollow } from './plan-follow.ts'

const l0 = (from: number, to: number): FileInfo[] =>
  Array.from({ length: to - from + 1 }, (_, index) => fileInfo(0, from + index, from + index))
const names = (plan: readonly FileInfo[]): string[] =>
  plan.map(({ level, minTXID, maxTXID }) => `${level}:${minTXID}-${maxTXID}`)

const rows: readonly [
  situation: string,
  files: readonly FileInfo[],
  from: bigint,
  expected: readonly string[],
][] = [
  ['nothing new', l0(1, 5), 5n, []],
  ['single transactions', [...l0(1, 8), fileInfo(1, 1, 8)], 6n, ['0:7-7', '0:8-8']],
  [
    'the first are kept only compacted',
    [...l0(9, 10), fileInfo(1, 5, 8), fileInfo(2, 1, 8)],
    4n,
    ['1:5-8', '0:9-9', '0:10-10'],
  ],
  ['in the middle of a compaction', [...l0(9, 9), fileInfo(2, 1, 8)], 6n, ['2:1-8', '0:9-9']],
  ['a hole', [...l0(7, 7), ...l0(9, 9)], 6n, ['0:7-7']],
  ['a hole right away', l0(9, 9), 6n, []],
  ['two files of a level that overlap', [fileInfo(1, 1, 7), fileInfo(1, 3, 9)], 4n, ['1:3-9']],
]

for (const [situation, files, from, expected] of rows) {
  test(`plan follow: ${situation} → ${expected.join(' ') || 'no file'}`, () => {
    assert.deepEqual(names(planFollow(files, from)), expected)
    assert.deepEqual(names(planFollow(files.toReversed(), from)), expected)
  })
}

test('plan follow: any files → contiguous, each goes further, and as far as any choice does', async () => {
  await replayable(SEED, async () => {
    const random = new SeededRandom(SEED)
    for (let round = 0; round < 2000; round++) {
      const files = Array.from({ length: random.below(8) }, () => {
        const min = 1 + random.below(8)
        return fileInfo(random.below(4), min, min + random.below(4))
      })
      const from = BigInt(random.below(6))
      let end = from
      for (const file of planFollow(files, from)) {
        assert.ok(file.minTXID <= end + 1n && file.maxTXID > end)
        end = file.maxTXID
      }
      let furthest = from
      for (let before = -1n; before !== furthest;) {
        before = furthest
        for (const { minTXID, maxTXID } of files) {
          if (minTXID <= furthest + 1n && maxTXID > furthest) furthest = maxTXID
        }
      }
      assert.equal(end, furthest)
    }
  })
})
