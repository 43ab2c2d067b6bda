import assert from 'node:assert/strict'
import { test } from 'vitest'
import { decodeWalFrameHeader } from './wal-frame-header.ts'

test('decodeWalFrameHeader: large numbers in the middle of other bytes → every field, unsigned', () => {
  const bytes = new Uint8Array(40).fill(0xaa)
  const fields = Buffer.from(bytes.buffer, 8, 24)
  for (const [index, value] of [0x8000_0001, 0xffff_ffff, 0x9000_0002, 3, 0xf000_0004, 5].entries()) {
    fields.writeUInt32BE(value, index * 4)
  }
  assert.deepEqual(decodeWalFrameHeader(bytes, 8), {
    pageNumber: 0x8000_0001,
    commit: 0xffff_ffff,
    salt1: 0x9000_0002,
    salt2: 3,
    checksum: [0xf000_0004, 5],
  })
})

test('decodeWalFrameHeader: too short → RangeError', () => {
  assert.throws(() => decodeWalFrameHeader(new Uint8Array(23)), RangeError)
  assert.throws(() => decodeWalFrameHeader(new Uint8Array(30), 8), RangeError)
})
