import assert from 'node:assert/strict'
import { test } from 'vitest'
import { CONTENTS, randomBytes, REPLAY, SEED, seededBelow } from '../../test/random-content.ts'
import {
  blockRuleBroken,
  referenceCrc64,
  referenceDecompress,
  referenceWalChecksum,
} from '../../test/reference.ts'
import { lz4Bound } from './lz4-bound.ts'
import { WasmKernels } from './wasm-kernels.ts'

const kernels = new WasmKernels()
const encoder = new TextEncoder()

/** Lengths around every step of the loops, up to the largest page and beyond what one copy holds. */
const LENGTHS = [
  0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 15, 16, 17, 31, 63, 64, 65, 127, 128, 129, 512, 4096, 65_536,
]

const checkValues: readonly [input: string, value: bigint][] = [
  ['', 0n],
  ['a', 0x3420_0000_0000_0000n],
  ['123456789', 0xb909_56c7_75a4_1001n],
]

for (const [input, value] of checkValues) {
  test(`crc64: "${input}" → ${value.toString(16)}`, () => {
    assert.equal(kernels.crc64(0n, encoder.encode(input)), value)
  })
}

test('crc64: any length, start and cut into two calls → the same as the bitwise definition', () => {
  const below = seededBelow(SEED)
  const lengths = [
    ...LENGTHS,
    ...Array.from({ length: 200 }, () => below(700)),
    131_071,
    131_072,
    131_073,
    300_001,
  ]
  for (const length of lengths) {
    const bytes = randomBytes(length, below)
    const start = BigInt(below(2 ** 32)) * 0xffff_fffbn
    const expected = referenceCrc64(start, bytes)
    assert.equal(kernels.crc64(start, bytes), expected, `${length} bytes, ${REPLAY}`)
    const cut = below(length + 1)
    const first = kernels.crc64(start, bytes.subarray(0, cut))
    assert.equal(kernels.crc64(first, bytes.subarray(cut)), expected, `${length} cut at ${cut}, ${REPLAY}`)
  }
})

for (const [name, content] of Object.entries(CONTENTS)) {
  test(`compressBlock: ${name} of many sizes → a block that we and the reference undo, within the bound`, () => {
    const below = seededBelow(SEED)
    const lengths = [...LENGTHS, 65_535, ...Array.from({ length: 8 }, () => below(5000)), below(65_537)]
    for (const length of lengths) {
      const bytes = content(length, below)
      const target = new Uint8Array(lz4Bound(length))
      const block = target.subarray(0, kernels.compressBlock(bytes, target))
      const said = `${length} bytes, ${REPLAY}`
      assert.equal(blockRuleBroken(block, length), null, said)
      const back = new Uint8Array(length)
      assert.equal(kernels.decompressBlock(block, back), length, said)
      assert.deepEqual(back, bytes, said)
      if (length <= 8192) assert.deepEqual(referenceDecompress(block, length), bytes, said)
    }
  })
}

test('compressBlock: every length up to 600 of text and zeros → undone to the same', () => {
  const below = seededBelow(SEED)
  for (let length = 0; length <= 600; length++) {
    for (const kind of ['text', 'zeros', 'few letters']) {
      const bytes = CONTENTS[kind]!(length, below)
      const target = new Uint8Array(lz4Bound(length))
      const block = target.subarray(0, kernels.compressBlock(bytes, target))
      assert.equal(blockRuleBroken(block, length), null, `${kind}, ${length}, ${REPLAY}`)
      assert.deepEqual(referenceDecompress(block, length), bytes, `${kind}, ${length}, ${REPLAY}`)
    }
  }
})

test('compressBlock: zeros → hundreds of times smaller; noise → only literals, within the bound', () => {
  const target = new Uint8Array(lz4Bound(65_536))
  assert.ok(kernels.compressBlock(new Uint8Array(65_536), target) < 300)
  const noise = kernels.compressBlock(randomBytes(4096, seededBelow(7)), target)
  assert.ok(noise > 4096 && noise <= lz4Bound(4096))
})

test('compressBlock: more than 65536 bytes, or a target below the bound → RangeError', () => {
  assert.throws(() => kernels.compressBlock(new Uint8Array(65_537), new Uint8Array(70_000)), RangeError)
  assert.throws(
    () => kernels.compressBlock(new Uint8Array(100), new Uint8Array(lz4Bound(100) - 1)),
    RangeError,
  )
})

for (const littleEndian of [true, false]) {
  test(`walChecksum: ${littleEndian ? 'little' : 'big'}-endian words of any length → as defined`, () => {
    const below = seededBelow(SEED)
    for (const length of [0, 8, 16, 24, 4096, 4120, 65_536, 131_072, 131_080, 400_008]) {
      const bytes = randomBytes(length, below)
      const seed: [number, number] = [below(2 ** 32), below(2 ** 32)]
      const expected = referenceWalChecksum(seed, bytes, littleEndian)
      assert.deepEqual(kernels.walChecksum(seed, bytes, littleEndian), expected, `${length}, ${REPLAY}`)
    }
  })
}

test('walChecksum: a length that is not a multiple of 8 → RangeError', () => {
  assert.throws(() => kernels.walChecksum([0, 0], new Uint8Array(12), true), RangeError)
})

test('pageChecksum: one page, and many at once → CRC-64 of number and page', () => {
  const below = seededBelow(SEED)
  for (const [pageSize, count] of [
    [512, 700],
    [4096, 65],
    [65_536, 5],
  ] as const) {
    const pages = randomBytes(pageSize * count, below)
    const sums = new BigUint64Array(count)
    kernels.pageChecksums(0xffff_ff00, pages, pageSize, sums)
    for (const index of [0, 1, count >> 1, count - 1]) {
      const page = pages.subarray(index * pageSize, (index + 1) * pageSize)
      const number = (0xffff_ff00 + index) >>> 0
      const prefix = new Uint8Array(4)
      new DataView(prefix.buffer).setUint32(0, number)
      const expected = referenceCrc64(referenceCrc64(0n, prefix), page)
      assert.equal(kernels.pageChecksum(number, page), expected, REPLAY)
      assert.equal(sums[index], expected, `page ${index} of ${pageSize} bytes, ${REPLAY}`)
    }
  }
})

test('pageChecksums: half a page, or too few places → RangeError', () => {
  assert.throws(() => kernels.pageChecksums(1, new Uint8Array(700), 512, new BigUint64Array(9)), RangeError)
  assert.throws(() => kernels.pageChecksums(1, new Uint8Array(1024), 512, new BigUint64Array(1)), RangeError)
  assert.throws(() => kernels.pageChecksums(1, new Uint8Array(1024), 0, new BigUint64Array(1)), RangeError)
})

test('two instances: interleaved calls → each keeps its own memory', () => {
  const other = new WasmKernels()
  const target = new Uint8Array(lz4Bound(4096))
  const text = CONTENTS['text']!(4096, seededBelow(1))
  const block = target.slice(0, kernels.compressBlock(text, target))
  other.compressBlock(new Uint8Array(4096), new Uint8Array(lz4Bound(4096)))
  const back = new Uint8Array(4096)
  assert.equal(other.decompressBlock(block, back), 4096)
  assert.deepEqual(back, text)
})
