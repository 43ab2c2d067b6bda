import assert from 'node:assert/strict'
import { test } from 'vitest'
import { pageAlignedBytes } from './page-aligned-bytes.ts'

test('pageAlignedBytes: so many zeros, alone in their buffer', () => {
  const bytes = pageAlignedBytes(8192)
  assert.deepEqual(bytes, new Uint8Array(8192))
  assert.equal(bytes.byteOffset, 0)
  assert.equal(bytes.buffer.byteLength, 8192)
})
