import assert from 'node:assert/strict'
import { test } from 'vitest'
import { viewOf } from './view-of.ts'

test('viewOf: a part of a buffer → that part', () => {
  const bytes = Uint8Array.of(9, 1, 2, 9).subarray(1, 3)
  assert.equal(viewOf(bytes).getUint16(0), 0x0102)
  assert.equal(viewOf(bytes).byteLength, 2)
})
