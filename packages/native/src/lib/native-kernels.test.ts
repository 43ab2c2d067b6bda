import assert from 'node:assert/strict'
import { test, type TestContext } from 'vitest'
import { loadAddon } from './load-addon.ts'
import { NativeKernels } from './native-kernels.ts'

// That its results are WebAssembly's is tested in packages/kernels/test/native.test.ts.

const loaded = loadAddon()

function kernelsOrSkip(context: TestContext): NativeKernels {
  if (loaded.addon !== undefined) return new NativeKernels(loaded.addon)
  assert.notEqual(process.env['NATIVE'], '1', loaded.because)
  return context.skip(loaded.because)
}

test('crc64: the nine digits → the catalogues’ check value, also in two parts', (context) => {
  const kernels = kernelsOrSkip(context)
  const digits = new TextEncoder().encode('123456789')
  assert.equal(kernels.crc64(0n, digits), 0xb909_56c7_75a4_1001n)
  const first = kernels.crc64(0n, digits.subarray(0, 4))
  assert.equal(kernels.crc64(first, digits.subarray(4)), 0xb909_56c7_75a4_1001n)
})

test('encodePageFrame: source and target share memory → as if they did not', (context) => {
  const kernels = kernelsOrSkip(context)
  const page = Uint8Array.from({ length: 512 }, (_, i) => i & 31)
  const apart = new Uint8Array(2048)
  const bytes = kernels.encodePageFrame({ value: 0n }, 7, page, apart, 0)
  const shared = new Uint8Array(2048)
  shared.set(page, 100)
  const same = kernels.encodePageFrame({ value: 0n }, 7, shared.subarray(100, 612), shared, 0)
  assert.equal(same, bytes)
  assert.deepEqual(shared.subarray(0, bytes), apart.subarray(0, bytes))
})

test('addon: lengths that its JavaScript would refuse → an error each, and the process lives', (context) => {
  kernelsOrSkip(context)
  assert.ok(loaded.addon !== undefined)
  const { addon } = loaded
  const state = new Uint8Array(8)
  const page = new Uint8Array(512)
  const calls: (() => unknown)[] = [
    () => addon.crc64(new Uint8Array(7), page),
    () => addon.compressBlock(page, new Uint8Array(100)),
    () => addon.compressBlock(new Uint8Array(65_537), new Uint8Array(200_000)),
    () => addon.walChecksum(new Uint8Array(0), page, true),
    () => addon.encodePageFrame(state, 1, page, new Uint8Array(1000), 600),
    () => addon.encodePageFrame(state, 1, page, new Uint8Array(1000), 4_294_967_295),
    () => addon.decodePageFrame(state, page, 512, new Uint8Array(512), 1),
    () => addon.decodePageFrame(state, page, 4_294_967_295, new Uint8Array(512), 0),
    () => addon.pageChecksums(1, page, 0, state),
    () => addon.pageChecksums(1, page, 500, state),
    () => addon.pageChecksums(1, page, 256, state),
    () => addon.checkWalFrames(new Uint8Array(4), page, 512, true, 1, 2),
    () => addon.crc64(state, 7 as unknown as Uint8Array),
  ]
  for (const [index, call] of calls.entries()) assert.throws(call, Error, `call ${index}`)
  assert.throws(() => addon.crc64(new Uint8Array(7), page), /a state of eight bytes/) // a panic, caught
})
