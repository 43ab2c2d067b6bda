import assert from 'node:assert/strict'
import { test } from 'vitest'
import { CONTENTS, REPLAY, SEED, seededBelow } from '../../test/random-content.ts'
import { referenceCrc64, referenceDecompress } from '../../test/reference.ts'
import { lz4Bound } from './lz4-bound.ts'
import { WasmKernels } from './wasm-kernels.ts'

const kernels = new WasmKernels()
const PAGE_SIZES = [512, 1024, 4096, 65_536]

function encoded(page: Uint8Array, pageNumber = 3): Uint8Array {
  const target = new Uint8Array(10 + lz4Bound(page.length))
  return target.slice(0, kernels.encodePageFrame({ value: 0n }, pageNumber, page, target, 0))
}

for (const [name, content] of Object.entries(CONTENTS).slice(0, 8)) {
  test(`encodePageFrame: ${name} → header, size, block, and the checksum of header, size and page`, () => {
    const below = seededBelow(SEED)
    for (const pageSize of PAGE_SIZES) {
      const page = content(pageSize, below)
      const start = below(100)
      const target = new Uint8Array(start + 10 + lz4Bound(pageSize)).fill(0xee)
      const checksum = { value: 77n }
      const bytes = kernels.encodePageFrame(checksum, 0xfedc_ba98, page, target, start)
      const frame = target.subarray(start, start + bytes)
      const view = new DataView(target.buffer, start)
      assert.equal(view.getUint32(0), 0xfedc_ba98)
      assert.equal(view.getUint16(4), 1)
      assert.equal(view.getUint32(6), bytes - 10)
      assert.equal(checksum.value, referenceCrc64(referenceCrc64(77n, frame.subarray(0, 10)), page), REPLAY)
      assert.deepEqual(referenceDecompress(frame.subarray(10), pageSize), page, REPLAY)
      assert.ok(target.subarray(0, start).every((byte) => byte === 0xee))
      assert.ok(target.subarray(start + bytes).every((byte) => byte === 0xee))
    }
  })

  test(`decodePageFrame: an encoded page of ${name} → the page at its place and the same checksum`, () => {
    const below = seededBelow(SEED)
    for (const pageSize of PAGE_SIZES) {
      const page = content(pageSize, below)
      const frame = new Uint8Array(10 + lz4Bound(pageSize))
      const written = { value: 5n }
      const bytes = kernels.encodePageFrame(written, 9, page, frame, 0)
      const target = new Uint8Array(pageSize + 64).fill(0xee)
      const read = { value: 5n }
      assert.equal(
        kernels.decodePageFrame(read, frame.subarray(0, bytes), pageSize, target, 32),
        true,
        REPLAY,
      )
      assert.equal(read.value, written.value)
      assert.deepEqual(target.subarray(32, 32 + pageSize), page)
      assert.ok([...target.subarray(0, 32), ...target.subarray(32 + pageSize)].every((byte) => byte === 0xee))
    }
  })
}

const good = encoded(CONTENTS['text']!(512, seededBelow(4)))
const withByte = (at: number, value: number): Uint8Array => good.with(at, value)
const bad: readonly [situation: string, frame: Uint8Array, pageSize: number][] = [
  ['empty', new Uint8Array(0), 512],
  ['only the prefix', good.subarray(0, 10), 512],
  ['a byte short', good.subarray(0, -1), 512],
  ['a byte too many', new Uint8Array([...good, 0]), 512],
  ['flag bit 0 clear', withByte(5, 0), 512],
  ['another size field', withByte(9, (good[9]! + 1) & 255), 512],
  ['a larger page expected', good, 1024],
  ['a smaller page expected', good, 256],
  ['longer than the frame of any page', new Uint8Array(70_000), 65_536],
]

for (const [situation, frame, pageSize] of bad) {
  test(`decodePageFrame: ${situation} → false, nothing written`, () => {
    const target = new Uint8Array(pageSize).fill(0xee)
    assert.equal(kernels.decodePageFrame({ value: 0n }, frame, pageSize, target, 0), false)
    assert.ok(target.every((byte) => byte === 0xee))
  })
}

test('page frames: a target without room, a negative start, a page above 65536 bytes → RangeError', () => {
  const page = new Uint8Array(512)
  const checksum = { value: 0n }
  assert.throws(
    () => kernels.encodePageFrame(checksum, 1, page, new Uint8Array(10 + lz4Bound(512)), 1),
    RangeError,
  )
  assert.throws(() => kernels.encodePageFrame(checksum, 1, page, new Uint8Array(9999), -1), RangeError)
  assert.throws(
    () => kernels.encodePageFrame(checksum, 1, new Uint8Array(65_537), new Uint8Array(99_999), 0),
    RangeError,
  )
  assert.throws(() => kernels.decodePageFrame(checksum, good, 512, new Uint8Array(512), 1), RangeError)
  assert.throws(() => kernels.decodePageFrame(checksum, good, 65_537, new Uint8Array(99_999), 0), RangeError)
  assert.equal(checksum.value, 0n)
})
