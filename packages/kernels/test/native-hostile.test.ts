import assert from 'node:assert/strict'
import { native, reason } from '@ltx/native'
import { test, type TestContext } from 'vitest'
import { lz4Bound } from '../src/lib/lz4-bound.ts'
import { WasmKernels } from '../src/lib/wasm-kernels.ts'
import { CONTENTS, randomBytes, REPLAY, SEED, seededBelow, type Below } from './random-content.ts'

// What a stranger may send: the addon says of it what WebAssembly says, and touches nothing outside its target.

const GUARD_BYTES = 64
const GUARD = 0xa5
const wasm = new WasmKernels()

function addonOrSkip(context: TestContext): NonNullable<typeof native> {
  if (native !== undefined) return native
  assert.notEqual(process.env['NATIVE'], '1', reason)
  return context.skip(reason)
}

/** A target with guards around it, and a check that they are whole. */
function guarded(bytes: number): { target: Uint8Array; isIntact: () => boolean } {
  const around = new Uint8Array(bytes + 2 * GUARD_BYTES).fill(GUARD)
  const guards = [around.subarray(0, GUARD_BYTES), around.subarray(GUARD_BYTES + bytes)]
  const isIntact = (): boolean => guards.every((guard) => guard.every((byte) => byte === GUARD))
  return { target: around.subarray(GUARD_BYTES, GUARD_BYTES + bytes), isIntact }
}

function assertSameVerdict(
  addon: NonNullable<typeof native>,
  block: Uint8Array,
  bytes: number,
  said: string,
): void {
  const { target, isIntact } = guarded(bytes)
  const expected = new Uint8Array(bytes)
  const written = wasm.decompressBlock(block, expected)
  assert.equal(addon.decompressBlock(block, target), written, said)
  assert.ok(isIntact(), said)
  const end = Math.max(written, 0)
  assert.ok(Buffer.compare(target.subarray(0, end), expected.subarray(0, end)) === 0, said)
}

function compressed(bytes: Uint8Array): Uint8Array {
  const target = new Uint8Array(lz4Bound(bytes.length))
  return target.slice(0, wasm.compressBlock(bytes, target))
}

function someBlock(below: Below): Uint8Array {
  const contents = Object.values(CONTENTS)
  return compressed(contents[below(contents.length)]!(40 + below(500), below))
}

test('decompressBlock: 30000 hostile blocks → WebAssembly’s verdict, guards intact', (context) => {
  const addon = addonOrSkip(context)
  const below = seededBelow(SEED)
  for (let round = 0; round < 30_000; round++) {
    let block: Uint8Array
    if (below(2) === 0) {
      block = randomBytes(below(80), below)
      // small offsets make most of them survive the first match
      if (below(2) === 0) for (let at = 1; at < block.length; at += 1 + below(3)) block[at] = below(4)
    } else {
      block = someBlock(below)
      for (let flips = below(3); flips >= 0; flips--) block[below(block.length)]! ^= 1 << below(8)
      if (below(3) === 0) block = block.slice(0, below(block.length + 1))
    }
    assertSameVerdict(addon, block, below(700), `round ${round}, ${REPLAY}`)
  }
})

test('decompressBlock: lengths that never end, longest and empty blocks → WebAssembly’s verdict', (context) => {
  const addon = addonOrSkip(context)
  const blocks = [
    new Uint8Array(0),
    new Uint8Array(65_809).fill(0xff),
    new Uint8Array(65_809).fill(0xff).fill(0x1f, 0, 1).fill(1, 1, 3),
    new Uint8Array(65_810),
    new Uint8Array(4_400_000).fill(0xff),
    new Uint8Array(5_000_000),
  ]
  for (const block of blocks)
    for (const bytes of [0, 1, 512, 65_536, 65_537, 4_194_304, 4_300_000])
      assertSameVerdict(addon, block, bytes, `${block.length} bytes into ${bytes}`)
})

test('decodePageFrame: every bit flip and truncation of a frame → WebAssembly’s verdict and sum, guards intact', (context) => {
  const addon = addonOrSkip(context)
  const below = seededBelow(SEED)
  const page = CONTENTS['database page']!(512, below)
  const room = new Uint8Array(10 + lz4Bound(512))
  const frame = room.slice(0, wasm.encodePageFrame({ value: 0n }, 2, page, room, 0))
  const broken = Array.from({ length: frame.length }, (_, end) => frame.slice(0, end))
  for (let bit = 0; bit < frame.length * 8; bit++)
    broken.push(frame.with(bit >> 3, frame[bit >> 3]! ^ (1 << (bit & 7))))
  for (const [index, candidate] of broken.entries()) {
    const said = `frame ${index}, ${REPLAY}`
    const { target, isIntact } = guarded(512)
    const [ours, theirs] = [{ value: 5n }, { value: 5n }]
    const accepted = wasm.decodePageFrame(ours, candidate, 512, new Uint8Array(512), 0)
    assert.equal(addon.decodePageFrame(theirs, candidate, 512, target, 0), accepted, said)
    if (accepted) assert.equal(theirs.value, ours.value, said)
    assert.ok(isIntact(), said)
  }
})
