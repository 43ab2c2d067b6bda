import assert from 'node:assert/strict'
import { test } from 'vitest'
import { type Below, CONTENTS, randomBytes, REPLAY, SEED, seededBelow } from '../../test/random-content.ts'
import { referenceDecompress } from '../../test/reference.ts'
import { lz4Bound } from './lz4-bound.ts'
import { WasmKernels } from './wasm-kernels.ts'

const kernels = new WasmKernels()
const GUARD_BYTES = 64
const GUARD = 0xa5

/** Undoes `block` into a target with guards around it, and compares with the reference, which checks each byte. */
function assertHarmless(block: Uint8Array, targetBytes: number, said: string): void {
  const around = new Uint8Array(targetBytes + 2 * GUARD_BYTES).fill(GUARD)
  const target = around.subarray(GUARD_BYTES, GUARD_BYTES + targetBytes)
  const bytes = kernels.decompressBlock(block, target)
  const expected = referenceDecompress(block, targetBytes)
  assert.equal(bytes, expected === null ? -1 : expected.length, said)
  if (expected !== null) assert.ok(Buffer.compare(target.subarray(0, bytes), expected) === 0, said)
  const untouched = [around.subarray(0, GUARD_BYTES), around.subarray(GUARD_BYTES + Math.max(bytes, 0))]
  for (const part of untouched)
    assert.ok(
      part.every((byte) => byte === GUARD),
      said,
    )
}

function smallBlocks(below: Below): Uint8Array[] {
  return Object.values(CONTENTS).map((content) => {
    const bytes = content(40 + below(120), below)
    const target = new Uint8Array(lz4Bound(bytes.length))
    return target.slice(0, kernels.compressBlock(bytes, target))
  })
}

test('decompressBlock: every truncation of small blocks → -1 or what the reference says, guards intact', () => {
  for (const block of smallBlocks(seededBelow(SEED))) {
    for (let end = 0; end < block.length; end++)
      assertHarmless(block.slice(0, end), 200, `cut at ${end}, ${REPLAY}`)
  }
})

test('decompressBlock: every single-bit flip of small blocks → -1 or what the reference says, guards intact', () => {
  for (const block of smallBlocks(seededBelow(SEED))) {
    for (let bit = 0; bit < block.length * 8; bit++) {
      const flipped = block.with(bit >> 3, block[bit >> 3]! ^ (1 << (bit & 7)))
      assertHarmless(flipped, 200, `bit ${bit}, ${REPLAY}`)
    }
  }
})

test('decompressBlock: targets of every size up to what a block holds → -1 below it', () => {
  const below = seededBelow(SEED)
  for (const block of smallBlocks(below)) {
    for (let bytes = 0; bytes <= 170; bytes += 1 + below(4))
      assertHarmless(block, bytes, `target ${bytes}, ${REPLAY}`)
  }
})

test('decompressBlock: 30000 blocks of random bytes → -1 or what the reference says, guards intact', () => {
  const below = seededBelow(SEED)
  for (let round = 0; round < 30_000; round++) {
    const block = randomBytes(below(60), below)
    // small offsets make most of them survive the first match
    if (below(2) === 0) for (let at = 1; at < block.length; at += 1 + below(3)) block[at] = below(4)
    assertHarmless(block, below(400), `round ${round}, ${REPLAY}`)
  }
})

const lengths: readonly [situation: string, block: Uint8Array][] = [
  ['literal length that never ends', new Uint8Array(65_809).fill(0xff)],
  ['match length that never ends', new Uint8Array(65_809).fill(0xff).fill(0x1f, 0, 1).fill(1, 1, 3)],
  ['longer than any block', new Uint8Array(65_810)],
  ['nothing', new Uint8Array(0)],
]

for (const [situation, block] of lengths) {
  test(`decompressBlock: ${situation} → -1`, () => {
    for (const bytes of [0, 1, 512, 65_536])
      assert.equal(kernels.decompressBlock(block, new Uint8Array(bytes)), -1)
  })
}

test('decompressBlock: every overlap from 1 to 70 and every length to 90 → as the reference', () => {
  const below = seededBelow(SEED)
  for (let offset = 1; offset <= 70; offset++) {
    for (let match = 4; match <= 90; match++) {
      const literals = randomBytes(offset + below(3), below)
      const block = [literals.length < 15 ? literals.length << 4 : 0xf0]
      if (literals.length >= 15) block.push(literals.length - 15)
      block[0]! |= Math.min(match - 4, 15)
      block.push(...literals, offset, 0)
      if (match >= 19) block.push(match - 19)
      block.push(0)
      assertHarmless(
        Uint8Array.from(block),
        literals.length + match,
        `offset ${offset}, match ${match}, ${REPLAY}`,
      )
    }
  }
})

test('decodePageFrame: every single-bit flip and truncation of a frame → false, or true with another checksum', () => {
  const below = seededBelow(SEED)
  const page = CONTENTS['database page']!(512, below)
  const target = new Uint8Array(10 + lz4Bound(512))
  const right = { value: 0n }
  const frame = target.slice(0, kernels.encodePageFrame(right, 2, page, target, 0))
  const around = new Uint8Array(512 + 2 * GUARD_BYTES).fill(GUARD)
  const frames = Array.from({ length: frame.length }, (_, end) => frame.slice(0, end))
  for (let bit = 0; bit < frame.length * 8; bit++) {
    frames.push(frame.with(bit >> 3, frame[bit >> 3]! ^ (1 << (bit & 7))))
  }
  for (const broken of frames) {
    const checksum = { value: 0n }
    const accepted = kernels.decodePageFrame(checksum, broken, 512, around, GUARD_BYTES)
    const decoded = around.subarray(GUARD_BYTES, GUARD_BYTES + 512)
    const same =
      Buffer.compare(decoded, page) === 0 &&
      Buffer.compare(broken.subarray(0, 10), frame.subarray(0, 10)) === 0
    if (accepted && !same) assert.notEqual(checksum.value, right.value, REPLAY)
    assert.ok(
      around.subarray(0, GUARD_BYTES).every((byte) => byte === GUARD),
      REPLAY,
    )
    assert.ok(
      around.subarray(GUARD_BYTES + 512).every((byte) => byte === GUARD),
      REPLAY,
    )
  }
})
