import assert from 'node:assert/strict'
import { test } from 'vitest'
import { viewOf } from './view-of.ts'

test('viewOf: a part of a larger buffer → sees that part only', () => {
  const view = viewOf(Uint8Array.of(9, 9, 0, 7, 9).subarray(2, 4))
  assert.equal(view.byteLength, 2)
  assert.equal(view.getUint16(0), 7)
})
