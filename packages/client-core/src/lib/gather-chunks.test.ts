import assert from 'node:assert/strict'
import { test } from 'vitest'
import { joined } from './conformance/material.ts'
import { gatherChunks } from './gather-chunks.ts'

async function gathered(sizes: readonly number[], bytesMax: number): Promise<number[]> {
  const all = Uint8Array.from(
    { length: sizes.reduce((sum, size) => sum + size, 0) },
    (_, index) => index % 251,
  )
  async function* source(): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(1000)
    let at = 0
    for (const size of sizes) {
      buffer.set(all.subarray(at, at + size))
      yield buffer.subarray(0, size)
      at += size
    }
  }
  const parts: Uint8Array[] = []
  for await (const part of gatherChunks(source(), bytesMax)) parts.push(part.slice())
  assert.deepEqual(joined(parts), all)
  return parts.map(({ length }) => length)
}

for (const [sizes, expected] of [
  [[], []],
  [[0], []],
  [[5], [5]],
  [[100], [100]],
  [[101], [101]],
  [
    [40, 40, 40],
    [80, 40],
  ],
  [
    [50, 50, 1],
    [100, 1],
  ],
  [
    [10, 300, 10],
    [10, 300, 10],
  ],
  [
    [99, 1, 0, 1],
    [100, 1],
  ],
  [
    [1, 2, 3, 90, 5],
    [96, 5],
  ],
] as const) {
  test(`gatherChunks: chunks of [${sizes.join()}] up to 100 bytes → [${expected.join()}], the same bytes`, async () => {
    assert.deepEqual(await gathered(sizes, 100), expected)
  })
}

test('gatherChunks: every split of small chunks → the same bytes', async () => {
  for (let size = 1; size <= 120; size++) {
    const sizes = Array.from({ length: 20 }, (_, index) => (index * size) % 130)
    const lengths = await gathered(sizes, 100)
    assert.ok(lengths.length <= 20)
  }
})
