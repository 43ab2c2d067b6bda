import assert from 'node:assert/strict'
import { test } from 'vitest'
import { pageBlocks } from './page-blocks.ts'

for (const [commit, bytesMax, expected] of [
  [0, 4096, []],
  [1, 4096, ['1+1']],
  [8, 4096, ['1+8']],
  [9, 4096, ['1+8', '9+1']],
  [20, 4096, ['1+8', '9+8', '17+4']],
  [3, 1, ['1+1', '2+1', '3+1']],
] as const) {
  test(`pageBlocks: ${commit} pages of 512 in blocks of ${bytesMax} bytes → ${expected.join(', ')}`, () => {
    const found = [...pageBlocks(commit, 512, bytesMax)].map(
      ({ firstPage, bytes }) => `${firstPage}+${bytes.length / 512}`,
    )
    assert.deepEqual(found, expected)
  })
}

test('pageBlocks: a block and the one before it → do not share memory', () => {
  const blocks = [...pageBlocks(7, 512, 1024)].map(({ bytes }) => bytes.buffer)
  for (const [index, buffer] of blocks.slice(1).entries()) assert.notEqual(buffer, blocks[index])
  assert.equal(new Set(blocks).size, 2)
})
