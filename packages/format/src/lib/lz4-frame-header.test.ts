import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isFormatError } from './errors.ts'
import { readDescriptor } from './lz4-frame-header.ts'
import { xxHash32 } from './xx-hash-32.ts'

function headerOf(flags: number, blockMaximum: number): Uint8Array {
  const described = Uint8Array.of(flags, blockMaximum)
  return Uint8Array.of(0x04, 0x22, 0x4d, 0x18, ...described, (xxHash32(described) >>> 8) & 0xff)
}

for (const [size, bytes] of [
  [4, 65_536],
  [5, 262_144],
  [6, 1_048_576],
  [7, 4_194_304],
] as const) {
  test(`LZ4 frame header: block size ${size} → ${bytes} bytes`, () => {
    assert.equal(readDescriptor(headerOf(0x64, size << 4), 0).blockBytesMax, bytes)
  })
}

test('LZ4 frame header: block size 3, version 2 → LTX_BAD_FIELD', () => {
  for (const header of [headerOf(0x64, 0x30), headerOf(0xa4, 0x40)]) {
    assert.throws(
      () => readDescriptor(header, 0),
      (error) => isFormatError(error, 'LTX_BAD_FIELD'),
    )
  }
})
