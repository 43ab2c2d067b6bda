import assert from 'node:assert/strict'
import { test } from 'vitest'
import { lz4Bound } from './lz4-bound.ts'

const rows: readonly [bytes: number, bound: number][] = [
  [0, 16],
  [254, 270],
  [255, 272],
  [65_536, 65_809],
]

for (const [bytes, bound] of rows) {
  test(`lz4Bound: ${bytes} bytes → ${bound}`, () => assert.equal(lz4Bound(bytes), bound))
}
