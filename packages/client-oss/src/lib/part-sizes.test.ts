import assert from 'node:assert/strict'
import { test } from 'vitest'
import { PART_BYTES, PART_BYTES_MAX, PART_BYTES_MIN, partBytes, PARTS_MAX } from './part-sizes.ts'

const TIB = 2 ** 40

for (const first of [PART_BYTES_MIN, PART_BYTES, 100 * 1024 * 1024, PART_BYTES_MAX]) {
  test(`partBytes: parts that begin with ${first} bytes → 5 TiB fit, none is too large, none smaller than one before`, () => {
    let sum = 0
    let before = 0
    for (let partNumber = 1; partNumber <= PARTS_MAX; partNumber++) {
      const bytes = partBytes(first, partNumber)
      assert.ok(bytes >= before && bytes <= PART_BYTES_MAX)
      sum += bytes
      before = bytes
    }
    assert.ok(sum >= 5 * TIB)
    assert.equal(partBytes(first, 1), first)
    assert.equal(partBytes(first, 1000), first)
  })
}

test('partBytes: the last part of the largest file → not more than 1.3 GiB in memory', () => {
  assert.ok(partBytes(PART_BYTES, PARTS_MAX) < 1.3 * 2 ** 30)
})
