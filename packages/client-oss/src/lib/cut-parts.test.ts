import assert from 'node:assert/strict'
import { test } from 'vitest'
import { cutParts, type Part } from './cut-parts.ts'

const bytes = Uint8Array.from({ length: 200_000 }, (_, index) => index % 251)

async function* pieces(all: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = new Uint8Array(pieceBytes) // one for all, as a source may have
  for (let start = 0; start < all.length; start += pieceBytes) {
    const piece = all.subarray(start, start + pieceBytes)
    buffer.set(piece)
    yield buffer.subarray(0, piece.length)
  }
}

const growing =
  (first: number) =>
  (partNumber: number): number =>
    first + 1000 * (partNumber - 1)

for (const pieceBytes of [1000, 70_001, 200_000]) {
  for (const first of [10_000, 65_536, 100_000, 199_999, 200_000, 200_001]) {
    test(`cutParts: pieces of ${pieceBytes}, parts from ${first} on that grow → of their sizes, and all bytes`, async () => {
      const sizeOf = growing(first)
      const parts: Part[] = []
      for await (const part of cutParts(pieces(bytes, pieceBytes), sizeOf)) parts.push(part)
      assert.deepEqual(new Uint8Array(Buffer.concat(parts.map((part) => part.bytes))), bytes)
      for (const [index, part] of parts.entries()) {
        assert.equal(part.last, index === parts.length - 1)
        if (!part.last) assert.equal(part.bytes.length, sizeOf(index + 1))
      }
    })
  }
}

test('cutParts: nothing → one part without bytes, the last', async () => {
  const parts: Part[] = []
  for await (const part of cutParts(pieces(new Uint8Array(0), 1), () => 10)) parts.push(part)
  assert.deepEqual(parts, [{ bytes: new Uint8Array(0), last: true }])
})

test('cutParts: exactly one part → it is the last', async () => {
  const parts: Part[] = []
  for await (const part of cutParts(pieces(bytes.subarray(0, 10), 3), () => 10)) parts.push(part)
  assert.deepEqual(
    parts.map((part) => [part.bytes.length, part.last]),
    [[10, true]],
  )
})
