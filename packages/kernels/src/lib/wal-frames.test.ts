import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'vitest'
import { randomBytes, REPLAY, SEED, seededBelow } from '../../test/random-content.ts'
import { referenceWalChecksum } from '../../test/reference.ts'
import { WasmKernels } from './wasm-kernels.ts'

const kernels = new WasmKernels()
const SALTS = [0xdead_beef, 0x0102_0304] as const
const SEED_PAIR = [0x8000_0001, 0xffff_fffe] as const

interface Chain {
  readonly frames: Uint8Array
  /** The running pair after each frame. */
  readonly sums: readonly (readonly [number, number])[]
}

function chainOf(count: number, pageSize: number, littleEndian: boolean): Chain {
  const below = seededBelow(SEED)
  const frames = randomBytes(count * (24 + pageSize), below)
  const view = new DataView(frames.buffer)
  const sums: [number, number][] = []
  let sum: readonly [number, number] = SEED_PAIR
  for (let at = 0; at < frames.length; at += 24 + pageSize) {
    view.setUint32(at + 8, SALTS[0])
    view.setUint32(at + 12, SALTS[1])
    const head = referenceWalChecksum(sum, frames.subarray(at, at + 8), littleEndian)
    const next = referenceWalChecksum(head, frames.subarray(at + 24, at + 24 + pageSize), littleEndian)
    view.setUint32(at + 16, next[0])
    view.setUint32(at + 20, next[1])
    sums.push(next)
    sum = next
  }
  return { frames, sums }
}

const rows: readonly [pageSize: number, count: number, littleEndian: boolean][] = [
  [512, 600, true],
  [512, 600, false],
  [4096, 70, true],
  [65_536, 5, true],
  [65_536, 5, false],
]

for (const [pageSize, count, littleEndian] of rows) {
  const order = littleEndian ? 'little' : 'big'
  const check = (frames: Uint8Array, salts: readonly [number, number] = SALTS) =>
    kernels.checkWalFrames(SEED_PAIR, frames, pageSize, littleEndian, salts[0], salts[1])

  test(`checkWalFrames: ${count} right frames of ${pageSize}, ${order}-endian → all, and the last pair`, () => {
    const { frames, sums } = chainOf(count, pageSize, littleEndian)
    const [first, second] = sums[count - 1]!
    assert.deepEqual(check(frames), { frames: count, first, second }, REPLAY)
    assert.deepEqual(check(new Uint8Array([...frames, ...new Uint8Array(24 + pageSize - 1)])).frames, count)
  })

  test(`checkWalFrames: a flipped bit in any part of a frame of ${pageSize}, ${order}-endian → stops before it`, () => {
    const { frames, sums } = chainOf(count, pageSize, littleEndian)
    for (const index of [0, 1, count >> 1, count - 1]) {
      for (const at of [0, 5, 8, 13, 16, 23, 24, 24 + pageSize - 1]) {
        const broken = frames.slice()
        broken[index * (24 + pageSize) + at]! ^= 0x10
        const [first, second] = index === 0 ? SEED_PAIR : sums[index - 1]!
        assert.deepEqual(check(broken), { frames: index, first, second }, `${index} at ${at}, ${REPLAY}`)
      }
    }
  })

  test(`checkWalFrames: other salts, frames of ${pageSize}, ${order}-endian → none, and the seed`, () => {
    const { frames } = chainOf(2, pageSize, littleEndian)
    const none = { frames: 0, first: SEED_PAIR[0], second: SEED_PAIR[1] }
    assert.deepEqual(check(frames, [SALTS[0] ^ 1, SALTS[1]]), none)
    assert.deepEqual(check(frames, [SALTS[0], SALTS[1] ^ 1]), none)
    assert.deepEqual(check(new Uint8Array(0)), none)
  })
}

test('checkWalFrames: a page size that is not a multiple of 8 or above 65536 → RangeError', () => {
  assert.throws(() => kernels.checkWalFrames([0, 0], new Uint8Array(0), 511, true, 0, 0), RangeError)
  assert.throws(() => kernels.checkWalFrames([0, 0], new Uint8Array(0), 131_072, true, 0, 0), RangeError)
})

interface WalFixture {
  readonly frames: readonly {
    readonly salt1: number
    readonly salt2: number
    readonly cksum1: number
    readonly cksum2: number
  }[]
}

function fixture(file: string): Buffer {
  return readFileSync(new URL(`../../fixtures/${file}`, import.meta.url))
}

for (const [name, littleEndian] of [
  ['basic-512', true],
  ['basic-512-be', false],
] as const) {
  test(`checkWalFrames: ${name}.wal, made by SQLite → every frame, and its last checksum`, () => {
    const wal = new Uint8Array(fixture(`${name}.wal`))
    const expected = JSON.parse(fixture(`${name}.json`).toString()) as WalFixture
    const last = expected.frames.at(-1)!
    const seed = kernels.walChecksum([0, 0], wal.subarray(0, 24), littleEndian)
    const header = new DataView(wal.buffer)
    assert.deepEqual(seed, [header.getUint32(24), header.getUint32(28)])
    const chain = kernels.checkWalFrames(seed, wal.subarray(32), 512, littleEndian, last.salt1, last.salt2)
    assert.deepEqual(chain, { frames: expected.frames.length, first: last.cksum1, second: last.cksum2 })
  })
}
