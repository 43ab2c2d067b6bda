import assert from 'node:assert/strict'
import { native, reason } from '@ltx/native'
import { test, type TestContext } from 'vitest'
import type { Kernels } from '../src/lib/kernels.ts'
import { loadNative, type NativeKernels } from '../src/lib/load-native.ts'
import { lz4Bound } from '../src/lib/lz4-bound.ts'
import { WasmKernels } from '../src/lib/wasm-kernels.ts'
import { CONTENTS, randomBytes, REPLAY, SEED, seededBelow, type Below } from './random-content.ts'

// The addon and WebAssembly do the same work on the same input: results, sums, bytes and refusals have to be equal.

const SIZES = [0, 1, 4, 12, 13, 14, 100, 512, 1000, 4096, 4097, 8192, 65_535, 65_536]
const wasm: Kernels = new WasmKernels()

/** Checked by the compiler: what the package exports is what the dispatch wants. */
const exported: NativeKernels | undefined = native

function addonOrSkip(context: TestContext): Kernels {
  if (exported === undefined) {
    assert.notEqual(process.env['NATIVE'], '1', reason)
    context.skip(reason)
  }
  const kernels = loadNative(() => ({ native: exported }))
  assert.ok(kernels !== null)
  return kernels
}

function assertSameBytes(actual: Uint8Array, expected: Uint8Array, said: string): void {
  assert.ok(Buffer.compare(actual, expected) === 0, said)
}

function somePage(below: Below): Uint8Array {
  const contents = Object.values(CONTENTS)
  return contents[below(contents.length)]!(SIZES[below(SIZES.length)]!, below)
}

const someU64 = (below: Below): bigint => (BigInt(below(2 ** 32)) << 32n) | BigInt(below(2 ** 32))

test('loadNative: the addon of this repository → chosen', (context) => {
  assert.equal(addonOrSkip(context).implementation, 'native')
})

test('compressBlock: random content of many sizes → the same block, which both undo', (context) => {
  const addon = addonOrSkip(context)
  const below = seededBelow(SEED)
  for (let round = 0; round < 1500; round++) {
    const page = somePage(below)
    const said = `round ${round}, ${REPLAY}`
    const ours = new Uint8Array(lz4Bound(page.length))
    const theirs = new Uint8Array(lz4Bound(page.length))
    const bytes = wasm.compressBlock(page, ours)
    assert.equal(addon.compressBlock(page, theirs), bytes, said)
    assertSameBytes(theirs.subarray(0, bytes), ours.subarray(0, bytes), said)
    for (const kernels of [wasm, addon]) {
      const back = new Uint8Array(page.length)
      assert.equal(kernels.decompressBlock(theirs.subarray(0, bytes), back), page.length, said)
      assertSameBytes(back, page, said)
    }
  }
})

test('page frames: encoded and decoded by both → the same bytes and running sums', (context) => {
  const addon = addonOrSkip(context)
  const below = seededBelow(SEED)
  const sums = { wasm: { value: someU64(below) }, native: { value: 0n } }
  sums.native.value = sums.wasm.value
  const read = { wasm: { value: 0n }, native: { value: 0n } }
  for (let round = 0; round < 600; round++) {
    const page = somePage(below)
    const said = `round ${round}, ${REPLAY}`
    const start = below(20)
    const pageNumber = below(2 ** 32)
    const ours = new Uint8Array(start + 10 + lz4Bound(page.length))
    const theirs = new Uint8Array(ours.length)
    const bytes = wasm.encodePageFrame(sums.wasm, pageNumber, page, ours, start)
    assert.equal(addon.encodePageFrame(sums.native, pageNumber, page, theirs, start), bytes, said)
    assert.equal(sums.native.value, sums.wasm.value, said)
    const frame = theirs.subarray(start, start + bytes)
    assertSameBytes(frame, ours.subarray(start, start + bytes), said)
    const back = new Uint8Array(page.length + 7)
    assert.ok(addon.decodePageFrame(read.native, frame, page.length, back, 7), said)
    assertSameBytes(back.subarray(7), page, said)
    assert.ok(wasm.decodePageFrame(read.wasm, frame, page.length, back, 7), said)
    assert.equal(read.native.value, read.wasm.value, said)
  }
})

test('checksums: random bytes and seeds → the same sums', (context) => {
  const addon = addonOrSkip(context)
  const below = seededBelow(SEED)
  for (let round = 0; round < 500; round++) {
    const said = `round ${round}, ${REPLAY}`
    const bytes = randomBytes(below(3000), below)
    const previous = someU64(below)
    assert.equal(addon.crc64(previous, bytes), wasm.crc64(previous, bytes), said)
    assert.equal(addon.pageChecksum(round, bytes), wasm.pageChecksum(round, bytes), said)
    const seed = [below(2 ** 32), below(2 ** 32)] as const
    const words = bytes.subarray(0, bytes.length & ~7)
    const littleEndian = below(2) === 0
    assert.deepEqual(
      addon.walChecksum(seed, words, littleEndian),
      wasm.walChecksum(seed, words, littleEndian),
      said,
    )
  }
  for (const pageSize of [512, 1000, 4096, 65_536]) {
    const pages = randomBytes(pageSize * below(40), below)
    const first = below(2) === 0 ? 0xffff_fffe : below(2 ** 32)
    const [ours, theirs] = [new BigUint64Array(41), new BigUint64Array(41)]
    wasm.pageChecksums(first, pages, pageSize, ours)
    addon.pageChecksums(first, pages, pageSize, theirs)
    assert.deepEqual(theirs, ours, `pages of ${pageSize}, ${REPLAY}`)
  }
})

/** Frames as SQLite writes them, one of which may then be broken. */
function someWal(
  below: Below,
  pageSize: number,
  littleEndian: boolean,
  salts: readonly [number, number],
): Uint8Array {
  const frameBytes = 24 + pageSize
  const frames = new Uint8Array(frameBytes * below(12) + below(24))
  const view = new DataView(frames.buffer)
  let pair: readonly [number, number] = [11, 22]
  for (let at = 0; at + frameBytes <= frames.length; at += frameBytes) {
    frames.set(randomBytes(8, below), at)
    frames.set(CONTENTS['database page']!(pageSize, below), at + 24)
    view.setUint32(at + 8, salts[0])
    view.setUint32(at + 12, salts[1])
    pair = wasm.walChecksum(pair, frames.subarray(at, at + 8), littleEndian)
    pair = wasm.walChecksum(pair, frames.subarray(at + 24, at + frameBytes), littleEndian)
    view.setUint32(at + 16, pair[0])
    view.setUint32(at + 20, pair[1])
  }
  if (frames.length > 0 && below(2) === 0) frames[below(frames.length)]! ^= 1 << below(8)
  return frames
}

test('checkWalFrames: chains, half of them with a bit flipped → the same count and pair', (context) => {
  const addon = addonOrSkip(context)
  const below = seededBelow(SEED)
  for (let round = 0; round < 400; round++) {
    const pageSize = [8, 512, 4096][below(3)]!
    const littleEndian = below(2) === 0
    const salts = [below(2 ** 32), below(2 ** 32)] as const
    const wal = someWal(below, pageSize, littleEndian, salts)
    const ours = wasm.checkWalFrames([11, 22], wal, pageSize, littleEndian, ...salts)
    const theirs = addon.checkWalFrames([11, 22], wal, pageSize, littleEndian, ...salts)
    assert.deepEqual(theirs, ours, `round ${round}, ${REPLAY}`)
  }
})

/** What a refusal says. */
function wordsOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    assert.ok(error instanceof RangeError)
    return error.message
  }
  return assert.fail('no error')
}

test('refusals: lengths out of range → a RangeError with the same words', (context) => {
  const addon = addonOrSkip(context)
  const calls: ((kernels: Kernels) => unknown)[] = [
    (k) => k.compressBlock(new Uint8Array(65_537), new Uint8Array(70_000)),
    (k) => k.compressBlock(new Uint8Array(512), new Uint8Array(512)),
    (k) => k.walChecksum([0, 0], new Uint8Array(9), true),
    (k) => k.encodePageFrame({ value: 0n }, 1, new Uint8Array(512), new Uint8Array(600), 100),
    (k) => k.decodePageFrame({ value: 0n }, new Uint8Array(50), 512, new Uint8Array(600), 100),
    (k) => k.decodePageFrame({ value: 0n }, new Uint8Array(50), 1.5, new Uint8Array(600), 0),
    (k) => k.pageChecksums(1, new Uint8Array(513), 512, new BigUint64Array(4)),
    (k) => k.pageChecksums(1, new Uint8Array(1024), 512, new BigUint64Array(1)),
    (k) => k.pageChecksums(1, new Uint8Array(0), 0, new BigUint64Array(1)),
    (k) => k.checkWalFrames([0, 0], new Uint8Array(0), 12, true, 1, 2),
  ]
  for (const call of calls)
    assert.equal(
      wordsOf(() => call(addon)),
      wordsOf(() => call(wasm)),
    )
})
