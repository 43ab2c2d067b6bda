import assert from 'node:assert/strict'
import { test } from 'vitest'
import { lockPageNumber } from './lock-page.ts'

const rows: readonly [pageSize: number, lockPage: number][] = [
  [512, 2_097_153],
  [1024, 1_048_577],
  [2048, 524_289],
  [4096, 262_145],
  [8192, 131_073],
  [16_384, 65_537],
  [32_768, 32_769],
  [65_536, 16_385],
]

for (const [pageSize, lockPage] of rows) {
  test(`lockPageNumber: pages of ${pageSize} → ${lockPage}, the page that starts at 1 GiB`, () => {
    assert.equal(lockPageNumber(pageSize), lockPage)
    assert.equal((lockPage - 1) * pageSize, 0x4000_0000)
  })
}

test('lockPageNumber: no page size → RangeError', () => {
  for (const pageSize of [0, 1, 256, 1000, 131_072, NaN])
    assert.throws(() => lockPageNumber(pageSize), RangeError)
})
