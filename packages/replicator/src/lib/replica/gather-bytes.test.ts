import assert from 'node:assert/strict'
import { test } from 'vitest'
import { gatherBytes } from './gather-bytes.ts'

async function* chunksOf(sizes: readonly number[], ended: { value: boolean }): AsyncGenerator<Uint8Array> {
  let next = 0
  try {
    for (const size of sizes) yield Uint8Array.from({ length: size }, () => next++)
  } finally {
    ended.value = true
  }
}

const rows: readonly [situation: string, sizes: number[], expected: number[]][] = [
  ['an empty stream', [], []],
  ['a shorter stream', [1, 0, 2], [0, 1, 2]],
  ['exactly as many bytes', [2, 3], [0, 1, 2, 3, 4]],
  ['a chunk that goes past the end', [3, 9], [0, 1, 2, 3, 4]],
]

for (const [situation, sizes, expected] of rows) {
  test(`gatherBytes: five bytes of ${situation} → ${expected.length} bytes, stream ended`, async () => {
    const ended = { value: false }
    assert.deepEqual([...(await gatherBytes(chunksOf(sizes, ended), 5))], expected)
    assert.equal(ended.value, true)
  })
}
