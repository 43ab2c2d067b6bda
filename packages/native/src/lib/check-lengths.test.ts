import assert from 'node:assert/strict'
import { test } from 'vitest'
import { checkPageBytes, checkRoom, frameBytesMax, lz4Bound } from './check-lengths.ts'

test('lz4Bound: lengths around 255 → one byte more each 255', () => {
  assert.deepEqual([0, 254, 255, 65_536].map(lz4Bound), [16, 270, 272, 65_809])
  assert.equal(frameBytesMax(65_536), 65_819)
})

test('checkPageBytes: none, more than SQLite has, or half a byte → RangeError', () => {
  for (const bytes of [0, 1, 65_536]) checkPageBytes(bytes)
  for (const bytes of [-1, 65_537, 1.5, Number.NaN]) assert.throws(() => checkPageBytes(bytes), RangeError)
})

test('checkRoom: to the last byte → fine; one further → RangeError', () => {
  const target = new Uint8Array(10)
  checkRoom(target, 0, 10)
  checkRoom(target, 7, 3)
  for (const [start, bytes] of [
    [0, 11],
    [8, 3],
    [-1, 2],
    [0.5, 2],
  ] as const)
    assert.throws(() => checkRoom(target, start, bytes), RangeError)
})
