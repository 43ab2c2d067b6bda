import assert from 'node:assert/strict'
import { native, reason } from '@ltx/native'
import { test, type TestContext } from 'vitest'
import type { FrameRuns } from '../src/lib/kernels.ts'
import { loadNative } from '../src/lib/load-native.ts'
import { lz4Bound } from '../src/lib/lz4-bound.ts'
import { WasmKernels } from '../src/lib/wasm-kernels.ts'
import { CONTENTS, randomBytes, REPLAY, SEED, seededBelow, type Below } from './random-content.ts'

// Whole runs by several threads: the same frames, pages and sums as WebAssembly gives page by page.

const wasm = new WasmKernels()

function runsOrSkip(context: TestContext): FrameRuns {
  if (native === undefined) {
    assert.notEqual(process.env['NATIVE'], '1', reason)
    context.skip(reason)
  }
  const runs = loadNative(() => ({ native }))?.runs
  assert.ok(runs !== undefined)
  return runs
}

/** Pages of every kind, enough for several threads. */
function somePages(below: Below, pageSize: number, count: number): Uint8Array {
  const contents = Object.values(CONTENTS)
  const pages = new Uint8Array(pageSize * count)
  for (let i = 0; i < count; i++) pages.set(contents[below(contents.length)]!(pageSize, below), i * pageSize)
  return pages
}

interface Frames {
  readonly bytes: Uint8Array
  readonly sizes: number[]
  readonly sum: bigint
}

/** @param numbers Of each page, or of the first. */
function framesOf(
  previous: bigint,
  numbers: number | Uint32Array,
  pages: Uint8Array,
  pageSize: number,
): Frames {
  const checksum = { value: previous }
  const count = pages.length / pageSize
  const numberAt = (i: number): number => (typeof numbers === 'number' ? (numbers + i) >>> 0 : numbers[i]!)
  const target = new Uint8Array(count * (10 + lz4Bound(pageSize)))
  const sizes: number[] = []
  let end = 0
  for (let i = 0; i < count; i++) {
    const page = pages.subarray(i * pageSize, (i + 1) * pageSize)
    sizes.push(wasm.encodePageFrame(checksum, numberAt(i), page, target, end))
    end += sizes[i]!
  }
  return { bytes: target.slice(0, end), sizes, sum: checksum.value }
}

const shapes: readonly [pageSize: number, count: number][] = [
  [512, 0],
  [512, 1],
  [512, 3000],
  [1000, 700],
  [4096, 63],
  [4096, 400],
  [65_536, 3],
  [65_536, 30],
]

for (const [pageSize, count] of shapes) {
  test(`runs: ${count} pages of ${pageSize} → frames, pages and sums as page by page`, async (context) => {
    const runs = runsOrSkip(context)
    const below = seededBelow(SEED + pageSize + count)
    const pages = somePages(below, pageSize, count)
    const first = below(2) === 0 ? 1 : 0xffff_ffff - below(count + 1)
    const previous = BigInt(below(2 ** 32)) << 20n
    const expected = framesOf(previous, first, pages, pageSize)
    const start = below(30)
    const target = new Uint8Array(start + count * (10 + lz4Bound(pageSize)))
    const sizes = new Uint32Array(count + 1)
    const made = await runs.encodeFrames(previous, first, pages, pageSize, target, start, sizes)
    assert.deepEqual(made, { bytes: expected.bytes.length, sum: expected.sum }, REPLAY)
    assert.deepEqual([...sizes], [...expected.sizes, 0], REPLAY)
    assert.ok(Buffer.compare(target.subarray(start, start + made.bytes), expected.bytes) === 0, REPLAY)

    const back = new Uint8Array(pages.length + 7)
    const read = await runs.decodeFrames(previous, expected.bytes, pageSize, back)
    const whole = first + count <= 2 ** 32 || count === 0 // else page 0 is among them, which ends a run
    if (whole)
      assert.deepEqual(read, { frames: count, bytes: expected.bytes.length, sum: expected.sum }, REPLAY)
    const bytes = read.frames * pageSize
    assert.ok(Buffer.compare(back.subarray(0, bytes), pages.subarray(0, bytes)) === 0, REPLAY)
  })
}

for (const [pageSize, count] of shapes) {
  test(`runs: ${count} pages of ${pageSize} out of a buffer, some twice → frames and sum as page by page`, (context) => {
    const runs = runsOrSkip(context)
    const below = seededBelow(SEED + pageSize + count)
    const source = new Uint8Array([...somePages(below, pageSize, Math.ceil(count / 2) + 1), 1, 2, 3])
    const numbers = Uint32Array.from({ length: count }, () => below(2 ** 32))
    const offsets = Uint32Array.from({ length: count }, () => below(source.length - pageSize + 1))
    const pages = new Uint8Array(count * pageSize)
    for (const [i, offset] of offsets.entries())
      pages.set(source.subarray(offset, offset + pageSize), i * pageSize)
    const previous = BigInt(below(2 ** 32)) << 9n
    const expected = framesOf(previous, numbers, pages, pageSize)
    const start = below(30)
    const target = new Uint8Array(start + count * (10 + lz4Bound(pageSize)))
    const sizes = new Uint32Array(count + 1)
    const made = runs.encodeScattered(previous, numbers, source, offsets, pageSize, target, start, sizes)
    assert.deepEqual(made, { bytes: expected.bytes.length, sum: expected.sum }, REPLAY)
    assert.deepEqual([...sizes], [...expected.sizes, 0], REPLAY)
    assert.ok(Buffer.compare(target.subarray(start, start + made.bytes), expected.bytes) === 0, REPLAY)
  })
}

test('decodeFrames: cut, flipped, with little room → as far as page by page, then nothing said', async (context) => {
  const runs = runsOrSkip(context)
  const below = seededBelow(SEED)
  const pageSize = 512
  const all = framesOf(7n, 1, somePages(below, pageSize, 1500), pageSize)
  for (let round = 0; round < 100; round++) {
    const said = `round ${round}, ${REPLAY}`
    const count = 1 + below(1500)
    const bytes = all.bytes.slice(
      0,
      all.sizes.slice(0, count).reduce((sum, size) => sum + size, 0),
    )
    if (below(2) === 0) bytes[below(bytes.length)]! ^= 1 << below(8)
    const source = below(2) === 0 ? bytes.subarray(0, below(bytes.length + 1)) : bytes
    const target = new Uint8Array(below(2) === 0 ? below(count * pageSize) : count * pageSize)
    const read = await runs.decodeFrames(7n, source, pageSize, target)
    const expected = { value: 7n }
    const page = new Uint8Array(pageSize)
    let at = 0
    for (let i = 0; i < read.frames; i++) {
      const size = new DataView(source.buffer, source.byteOffset + at).getUint32(6)
      assert.ok(wasm.decodePageFrame(expected, source.subarray(at, at + 10 + size), pageSize, page, 0), said)
      assert.ok(Buffer.compare(target.subarray(i * pageSize, (i + 1) * pageSize), page) === 0, said)
      at += 10 + size
    }
    assert.deepEqual(read, { frames: read.frames, bytes: at, sum: expected.value }, said)
    if ((read.frames + 1) * pageSize > target.length || source.length < at + 10) continue
    const next = source.subarray(at)
    const view = new DataView(next.buffer, next.byteOffset)
    const isFrame =
      view.getUint32(0) !== 0 && view.getUint16(4) === 1 && 10 + view.getUint32(6) <= next.length
    const goesOn =
      isFrame && wasm.decodePageFrame(expected, next.subarray(0, 10 + view.getUint32(6)), pageSize, page, 0)
    assert.ok(!goesOn, said)
  }
})

test('decodeFrames: random bytes → ends, and says how far it came', async (context) => {
  const runs = runsOrSkip(context)
  const below = seededBelow(SEED)
  for (let round = 0; round < 300; round++) {
    const source = randomBytes(below(300), below)
    if (source.length > 10) source.set([0, 0, 0, 1, 0, 1, 0, 0, 0, below(40)])
    const read = await runs.decodeFrames(0n, source, 512, new Uint8Array(below(2000)))
    assert.ok(read.bytes <= source.length && read.frames <= 3, `round ${round}, ${REPLAY}`)
  }
})

test('runs: what may not be → an error, and the process lives', async (context) => {
  const runs = runsOrSkip(context)
  const shared = new Uint8Array(100_000)
  const sizes = new Uint32Array(4)
  const refused: (() => unknown)[] = [
    () => runs.encodeFrames(0n, 1, new Uint8Array(1025), 512, shared, 0, sizes),
    () => runs.encodeFrames(0n, 1, new Uint8Array(1024), 0, shared, 0, sizes),
    () => runs.encodeFrames(0n, 1, new Uint8Array(512 * 5), 512, shared, 0, sizes),
    () => runs.encodeFrames(0n, 1, new Uint8Array(1024), 512, new Uint8Array(1000), 0, sizes),
    () => runs.encodeFrames(0n, 1, shared.subarray(0, 1024), 512, shared, 0, sizes),
    () =>
      runs.encodeFrames(0n, 1, new Uint8Array(1024), 512, shared, 0, new Uint32Array(shared.buffer, 8, 4)),
    ...[
      [new Uint32Array(2), new Uint8Array(1024), Uint32Array.of(0, 513), new Uint8Array(2000)],
      [new Uint32Array(2), new Uint8Array(1024), Uint32Array.of(0), new Uint8Array(2000)],
      [new Uint32Array(2), new Uint8Array(1024), Uint32Array.of(0, 512), new Uint8Array(1000)],
      [new Uint32Array(5), new Uint8Array(1024), new Uint32Array(5), new Uint8Array(9000)],
      [new Uint32Array(2), shared.subarray(0, 1024), Uint32Array.of(0, 512), shared],
      [new Uint32Array(shared.buffer, 0, 2), new Uint8Array(1024), Uint32Array.of(0, 512), shared],
      [new Uint32Array(2), new Uint8Array(1024), new Uint32Array(shared.buffer, 0, 2), shared],
    ].map(([numbers, source, offsets, target]) => () => {
      if (!(numbers instanceof Uint32Array && offsets instanceof Uint32Array)) return
      if (!(source instanceof Uint8Array && target instanceof Uint8Array)) return
      runs.encodeScattered(0n, numbers, source, offsets, 512, target, 0, sizes)
    }),
    () => runs.decodeFrames(0n, shared.subarray(0, 50), 512, shared),
    () => runs.decodeFrames(0n, new Uint8Array(50), 0, shared),
    () => runs.decodeFrames(0n, new Uint8Array(50), 65_537, shared),
  ]
  for (const [index, call] of refused.entries()) assert.throws(call, Error, `call ${index}`)
  assert.deepEqual(await runs.decodeFrames(3n, new Uint8Array(0), 512, shared), {
    frames: 0,
    bytes: 0,
    sum: 3n,
  })
})
