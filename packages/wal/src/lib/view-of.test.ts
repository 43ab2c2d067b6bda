import assert from 'node:assert/strict'
import { test } from 'vitest'
import { viewOf } from './view-of.ts'

test('viewOf: a part of a larger buffer → sees that part only', () => {
  const part = Uint8Array.of(1, 2, 3, 4, 5, 6).subarray(2, 4)
  assert.equal(viewOf(part).getUint16(0), 0x0304)
  assert.throws(() => viewOf(part).getUint8(2), RangeError)
})
