import assert from 'node:assert/strict'
import { test } from 'vitest'
import { equalBytes, sameBytes } from './same-bytes.ts'

async function* chunked(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (let index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

const bytes = Uint8Array.from({ length: 50 }, (_, index) => index)

for (const [left, right] of [
  [[50], [50]],
  [[1], [50]],
  [
    [7, 0, 3],
    [4, 9],
  ],
  [
    [0, 50],
    [0, 0, 25],
  ],
] as const) {
  test(`sameBytes: chunks of ${left.join()} and of ${right.join()} → the same`, async () => {
    assert.equal(await sameBytes(chunked(bytes, left), chunked(bytes, right)), true)
  })
}

test('sameBytes: one byte differs, wherever → different', async () => {
  for (let index = 0; index < bytes.length; index++) {
    const other = bytes.slice()
    other[index] = 255
    assert.equal(await sameBytes(chunked(bytes, [7]), chunked(other, [11])), false)
  }
})

test('sameBytes: one is the beginning of the other → different', async () => {
  for (const length of [0, 1, 49]) {
    assert.equal(await sameBytes(chunked(bytes, [7]), chunked(bytes.subarray(0, length), [7])), false)
    assert.equal(await sameBytes(chunked(bytes.subarray(0, length), [7]), chunked(bytes, [7])), false)
  }
  assert.equal(await sameBytes(chunked(bytes.subarray(0, 0), [1]), chunked(bytes.subarray(0, 0), [1])), true)
})

test('sameBytes: the first chunk differs → the rest is not asked for, both are ended', async () => {
  let asked = 0
  let ended = 0
  async function* counted(first: number): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        asked++
        yield Uint8Array.of(first, 1)
      }
    } finally {
      ended++
    }
  }
  assert.equal(await sameBytes(counted(1), counted(2)), false)
  assert.deepEqual([asked, ended], [2, 2])
})

test('equalBytes: length and content → both count', () => {
  assert.equal(equalBytes(bytes, bytes.slice()), true)
  assert.equal(equalBytes(bytes, bytes.subarray(1)), false)
  assert.equal(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3)), false)
})
