import assert from 'node:assert/strict'
import { test } from 'vitest'
import { cutChunks } from './cut-chunks.ts'

async function* pieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = new Uint8Array(pieceBytes) // one for all, as a source may have
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    const piece = bytes.subarray(start, start + pieceBytes)
    buffer.set(piece)
    yield buffer.subarray(0, piece.length)
  }
}

const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index % 251)

for (const pieceBytes of [1, 3, 64, 100, 333, 1000]) {
  for (const chunkBytes of [1, 7, 100, 999, 1000, 1001]) {
    test(`cutChunks: pieces of ${pieceBytes} into chunks of ${chunkBytes} → full ones but the last, and all bytes`, async () => {
      const chunks: Uint8Array[] = []
      for await (const chunk of cutChunks(pieces(bytes, pieceBytes), chunkBytes)) chunks.push(chunk)
      assert.deepEqual(new Uint8Array(Buffer.concat(chunks)), bytes)
      for (const chunk of chunks.slice(0, -1)) assert.equal(chunk.length, chunkBytes)
      assert.equal(chunks.length, Math.ceil(bytes.length / chunkBytes))
    })
  }
}

test('cutChunks: nothing → no chunk', async () => {
  for await (const chunk of cutChunks(pieces(new Uint8Array(0), 5), 5)) assert.fail(`${chunk.length} bytes`)
})
