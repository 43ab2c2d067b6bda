import assert from 'node:assert/strict'
import { test } from 'vitest'
import { BLOCKS_MAX, BLOCKS_OF_ONE_SIZE, cutParts, partBytesAt } from './cut-parts.ts'

const bytesOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index % 251)

/** Out of one buffer that is overwritten. */
async function* inChunks(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(chunkBytes)
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    const chunk = bytes.subarray(start, start + chunkBytes)
    buffer.set(chunk)
    yield buffer.subarray(0, chunk.length)
    buffer.fill(0xee)
  }
}

test('cutParts: every length up to four parts, in every size of chunk → the same bytes, all parts full but the last, which says so', async () => {
  for (let length = 0; length <= 32; length++) {
    for (const chunkBytes of [1, 3, 7, 8, 9, 100]) {
      const parts: Uint8Array[] = []
      const lasts: boolean[] = []
      for await (const part of cutParts(inChunks(bytesOf(length), chunkBytes), 8)) {
        parts.push(part.bytes.slice())
        lasts.push(part.last)
      }
      const what = `${length} bytes in chunks of ${chunkBytes}`
      assert.deepEqual(new Uint8Array(Buffer.concat(parts)), bytesOf(length), what)
      assert.equal(parts.length, Math.max(1, Math.ceil(length / 8)), what)
      assert.deepEqual(
        lasts,
        parts.map((_, index) => index === parts.length - 1),
        what,
      )
    }
  }
})

test('cutParts: more parts than are of one size → they grow, and the bytes stay', async () => {
  const bytes = bytesOf(BLOCKS_OF_ONE_SIZE + 5)
  const parts: Uint8Array[] = []
  for await (const part of cutParts(inChunks(bytes, 97), 1)) parts.push(part.bytes.slice())
  assert.deepEqual(new Uint8Array(Buffer.concat(parts)), bytes)
  assert.deepEqual([parts[BLOCKS_OF_ONE_SIZE - 1]?.length, parts[BLOCKS_OF_ONE_SIZE]?.length], [1, 2])
})

test('partBytesAt: with 8 MiB → 5 TiB fit into what Azure allows, with blocks of less than 300 MiB', () => {
  const wanted = 5 * 2 ** 40
  let total = 0
  let index = 0
  while (total < wanted) total += partBytesAt(index++, 8 * 2 ** 20)
  assert.ok(index < BLOCKS_MAX, `${index} blocks`)
  assert.ok(partBytesAt(index - 1, 8 * 2 ** 20) < 300 * 2 ** 20)
})

test('cutParts: a small stream → memory for it, not for a whole part', async () => {
  for await (const { bytes } of cutParts(inChunks(bytesOf(300), 64), 8 * 1024 * 1024)) {
    assert.ok(bytes.buffer.byteLength <= 600, `${bytes.buffer.byteLength} bytes`)
  }
})

test('cutParts: a source that fails → its error, and no part that calls itself the last', async () => {
  const failure = new Error('unexpected EOF')
  const source = async function* (): AsyncGenerator<Uint8Array> {
    yield bytesOf(20)
    throw failure
  }
  const lasts: boolean[] = []
  await assert.rejects(
    async () => {
      for await (const { last } of cutParts(source(), 8)) lasts.push(last)
    },
    (error) => error === failure,
  )
  assert.deepEqual(lasts, [false, false])
})
