import assert from 'node:assert/strict'
import { test } from 'vitest'
import { LARGE_BLOCK_BYTES_MAX } from './large-blocks.ts'
import { WasmKernels } from './wasm-kernels.ts'

const kernels = new WasmKernels()

/** What follows a nibble of 15. */
function length(rest: number): number[] {
  return [...Array.from({ length: Math.floor(rest / 255) }, () => 255), rest % 255]
}

/** Literals 0…250 over and over in one sequence, then `match` bytes more from 251 bytes back, then five literals. */
function largeBlock(literals: number, match: number): Uint8Array {
  const bytes = Uint8Array.from({ length: literals }, (_, i) => i % 251)
  const parts = [[0xff], length(literals - 15), bytes, [251, 0], length(match - 19), [0x50, 1, 2, 3, 4, 5]]
  return Buffer.concat(parts.map((part) => Uint8Array.from(part)))
}

test('decompressBlock: a block of exactly 4 MiB, mostly literals or mostly a match → undone', () => {
  for (const literals of [1000, LARGE_BLOCK_BYTES_MAX - 1000]) {
    const target = new Uint8Array(LARGE_BLOCK_BYTES_MAX)
    const block = largeBlock(literals, LARGE_BLOCK_BYTES_MAX - literals - 5)
    assert.equal(kernels.decompressBlock(block, target), LARGE_BLOCK_BYTES_MAX)
    const expected = Uint8Array.from({ length: LARGE_BLOCK_BYTES_MAX }, (_, i) => i % 251)
    expected.set([1, 2, 3, 4, 5], LARGE_BLOCK_BYTES_MAX - 5)
    assert.equal(Buffer.compare(target, expected), 0)
  }
})

test('decompressBlock: a block of one byte more than 4 MiB, or than the target → -1', () => {
  const block = largeBlock(1000, LARGE_BLOCK_BYTES_MAX - 1004)
  assert.equal(kernels.decompressBlock(block, new Uint8Array(LARGE_BLOCK_BYTES_MAX + 100)), -1)
  const target = new Uint8Array(70_004).fill(0xa5)
  assert.equal(kernels.decompressBlock(largeBlock(1000, 69_000), target), -1)
  assert.ok(target.every((byte) => byte === 0xa5))
})

test('decompressBlock: longer than any block of 4 MiB → -1', () => {
  assert.equal(kernels.decompressBlock(new Uint8Array(4_300_000), new Uint8Array(LARGE_BLOCK_BYTES_MAX)), -1)
})
