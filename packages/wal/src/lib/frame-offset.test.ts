import assert from 'node:assert/strict'
import { test } from 'vitest'
import { frameBytes, frameIndexAt, frameOffset } from './frame-offset.ts'

test('frameOffset: first, second and last below 2^53 → 32 bytes, then a header and a page each', () => {
  assert.equal(frameBytes(512), 536)
  assert.equal(frameOffset(0, 512), 32)
  assert.equal(frameOffset(1, 512), 568)
  assert.equal(frameOffset(0xffff_ffff, 65_536), 32 + 0xffff_ffff * 65_560)
})

test('frameIndexAt: every offset of a small WAL → an index only where a frame starts', () => {
  for (let offset = -600; offset < 3000; offset++) {
    const index = frameIndexAt(offset, 512)
    if (index !== null) assert.equal(frameOffset(index, 512), offset)
    assert.equal(index !== null, offset >= 32 && (offset - 32) % 536 === 0)
  }
})

test('frameIndexAt: no number → null', () => {
  for (const offset of [NaN, Infinity, 32.5]) assert.equal(frameIndexAt(offset, 512), null)
})
