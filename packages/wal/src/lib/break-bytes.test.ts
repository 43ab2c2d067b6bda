import assert from 'node:assert/strict'
import { test } from 'vitest'
import { truncated, withBitFlipped, withByte } from './break-bytes.ts'

const bytes = Buffer.from([1, 2, 3])

test('breakers: each → a changed copy, the original untouched', () => {
  assert.deepEqual([...truncated(bytes, 2)], [1, 2])
  assert.deepEqual([...withByte(bytes, 1, 9)], [1, 9, 3])
  assert.deepEqual([...withBitFlipped(bytes, 8)], [1, 3, 3])
  assert.deepEqual([...withBitFlipped(bytes, 23)], [1, 2, 0x83])
  truncated(bytes, 2).fill(0)
  assert.deepEqual([...bytes], [1, 2, 3])
})

test('withByte: outside → RangeError, not a quiet nothing', () => {
  assert.throws(() => withByte(bytes, 3, 0), RangeError)
  assert.throws(() => withBitFlipped(bytes, 24), RangeError)
})
