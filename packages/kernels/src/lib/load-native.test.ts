import assert from 'node:assert/strict'
import { test } from 'vitest'
import { chooseKernels } from './create-kernels.ts'
import { loadNative, type NativeKernels } from './load-native.ts'
import { WasmKernels } from './wasm-kernels.ts'

/** An addon that counts its calls and does the work in WebAssembly. */
class FakeNative {
  calls = 0
  readonly #work = new WasmKernels()

  crc64(previous: bigint, bytes: Uint8Array): bigint {
    this.calls++
    return this.#work.crc64(previous, bytes)
  }
}

function fakeNative(): NativeKernels & FakeNative {
  const work = new WasmKernels()
  return Object.assign(new FakeNative(), {
    compressBlock: work.compressBlock.bind(work),
    decompressBlock: work.decompressBlock.bind(work),
    walChecksum: work.walChecksum.bind(work),
    encodePageFrame: work.encodePageFrame.bind(work),
    decodePageFrame: work.decodePageFrame.bind(work),
    pageChecksum: work.pageChecksum.bind(work),
    pageChecksums: work.pageChecksums.bind(work),
    checkWalFrames: work.checkWalFrames.bind(work),
  })
}

test('chooseKernels: the addon is there → it does the calls', () => {
  const native = fakeNative()
  const kernels = chooseKernels(undefined, (name) => (name === '@ltx/native' ? { native } : {}))
  assert.equal(kernels.implementation, 'native')
  const before = native.calls
  assert.equal(kernels.crc64(0n, new TextEncoder().encode('a')), 0x3420_0000_0000_0000n)
  assert.equal(native.calls, before + 1)
  assert.deepEqual(kernels.walChecksum([1, 2], new Uint8Array(8), true), [3, 5])
})

test('chooseKernels: LTX_KERNELS is wasm → the addon is not even loaded', () => {
  const kernels = chooseKernels('wasm', () => assert.fail('loaded'))
  assert.equal(kernels.implementation, 'wasm')
})

const absent: readonly [situation: string, load: () => unknown][] = [
  [
    'not installed',
    () => {
      throw new Error('MODULE_NOT_FOUND')
    },
  ],
  ['installed without a build for this machine', () => ({ native: undefined })],
  ['another module altogether', () => 7],
  ['a call missing', () => ({ native: Object.assign(fakeNative(), { pageChecksums: undefined }) })],
  ['a wrong check value', () => ({ native: Object.assign(fakeNative(), { crc64: () => 1n }) })],
]

for (const [situation, load] of absent) {
  test(`loadNative: ${situation} → null, and WebAssembly is chosen`, () => {
    assert.equal(loadNative(load), null)
    assert.equal(chooseKernels(undefined, load).implementation, 'wasm')
  })
}
