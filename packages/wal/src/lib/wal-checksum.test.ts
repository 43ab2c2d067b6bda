import { sharedKernels } from '@ltx/kernels'
import assert from 'node:assert/strict'
import { test } from 'vitest'
import { walChecksum } from './wal-checksum.ts'

const bytes = Uint8Array.from({ length: 8 * 300 }, (_, index) => (index * 73 + (index >> 3)) & 0xff)

test('walChecksum: worked out by hand → the two words', () => {
  const words = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4)
  // 1 + 0 = 1, 2 + 1 = 3; 1 + 3 + 3 = 7, 3 + 4 + 7 = 14
  assert.deepEqual(walChecksum([0, 0], words, false), [7, 14])
  const swapped = Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0)
  assert.deepEqual(walChecksum([0, 0], swapped, true), [7, 14])
})

for (const littleEndian of [true, false]) {
  const order = littleEndian ? 'little' : 'big'
  test(`walChecksum: ${order}-endian, 300 pairs that overflow → what the kernels say, in one piece or two`, () => {
    const seed: [number, number] = [0xffff_ffff, 0x8000_0001]
    const whole = walChecksum(seed, bytes, littleEndian)
    assert.deepEqual(whole, sharedKernels().walChecksum(seed, bytes, littleEndian))
    const half = walChecksum(seed, bytes.subarray(0, 800), littleEndian)
    assert.deepEqual(walChecksum(half, bytes.subarray(800), littleEndian), whole)
  })
}

test('walChecksum: nothing → the seed', () =>
  assert.deepEqual(walChecksum([5, 6], new Uint8Array(0), true), [5, 6]))

test('walChecksum: not a multiple of 8 → RangeError', () => {
  assert.throws(() => walChecksum([0, 0], new Uint8Array(12), true), RangeError)
})
