import assert from 'node:assert/strict'
import { test } from 'vitest'
import { PartCutter } from './cut-parts.ts'

/** Bytes 0, 1, 2 … in chunks of these sizes, out of one buffer. */
async function* chunks(sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.max(0, ...sizes))
  let next = 0
  for (const size of sizes) {
    for (let at = 0; at < size; at++) buffer[at] = next++ & 0xff
    yield buffer.subarray(0, size)
    buffer.fill(0xee)
  }
}

async function cut(sizes: readonly number[], partBytes: number): Promise<number[]> {
  const cutter = new PartCutter(chunks(sizes))
  const lengths: number[] = []
  for (let next = 0, last = false; !last;) {
    const part = await cutter.next(partBytes)
    for (const byte of part.bytes) assert.equal(byte, next++ & 0xff)
    lengths.push(part.bytes.length)
    last = part.last
  }
  return lengths
}

const rows: readonly [sizes: number[], partBytes: number, parts: number[]][] = [
  [[], 10, [0]],
  [[0, 0], 10, [0]],
  [[10], 10, [10]],
  [[10, 0, 0], 10, [10]],
  [[11], 10, [10, 1]],
  [[9, 1, 1], 10, [10, 1]],
  [[3, 3, 3, 3], 5, [5, 5, 2]],
  [[100], 7, [7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 2]],
  [[200_000, 200_000], 300_000, [300_000, 100_000]],
]

for (const [sizes, partBytes, parts] of rows) {
  test(`PartCutter: chunks of ${sizes.join(' ')} in parts of ${partBytes} → ${parts.join(' ')}`, async () => {
    assert.deepEqual(await cut(sizes, partBytes), parts)
  })
}

test('PartCutter: every size of part and chunk up to 12 → all bytes in order, only the last part short', async () => {
  for (let chunkBytes = 1; chunkBytes <= 12; chunkBytes++) {
    for (let partBytes = 1; partBytes <= 12; partBytes++) {
      const parts = await cut(
        Array.from({ length: 5 }, () => chunkBytes),
        partBytes,
      )
      assert.equal(
        parts.reduce((sum, size) => sum + size),
        5 * chunkBytes,
      )
      assert.ok(parts.slice(0, -1).every((size) => size === partBytes))
    }
  }
})

test('PartCutter: a stream that throws → the same error', async () => {
  const reason = new Error('broken')
  const cutter = new PartCutter(
    (async function* () {
      yield new Uint8Array(3)
      throw reason
    })(),
  )
  await assert.rejects(cutter.next(10), (error) => error === reason)
})
