import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fileInfo } from '../../test/file-infos.ts'
import { chainEnd, furthestChain, restorableTxids } from './chain.ts'

test('furthestChain: no files → an empty chain that ends at 0', () => {
  assert.deepEqual(furthestChain([]), [])
  assert.equal(chainEnd([]), 0n)
})

test('furthestChain: same range at one level twice listed → the older one', () => {
  const chain = furthestChain([fileInfo(1, 1, 4, 90), fileInfo(1, 1, 4, 20)])
  assert.deepEqual(
    chain.map((file) => file.createdAtMs),
    [20],
  )
})

test('furthestChain: a level 9 file that does not start at 1 → not taken for a snapshot', () => {
  assert.deepEqual(furthestChain([fileInfo(9, 3, 8)]), [])
  assert.equal(chainEnd(furthestChain([fileInfo(0, 1, 2), fileInfo(9, 3, 8)])), 8n)
})

test('furthestChain: 20,000 files in reverse order → a chain, in bounded time', () => {
  const files = Array.from({ length: 20_000 }, (_, i) => fileInfo(0, 20_000 - i, 20_000 - i))
  assert.equal(furthestChain(files).length, 20_000)
})

test('restorableTxids: a compaction over a level 0 file that is left → both ends, nothing inside', () => {
  const files = [fileInfo(9, 1, 3), fileInfo(1, 4, 8), fileInfo(0, 7, 7), fileInfo(0, 8, 8)]
  assert.deepEqual(restorableTxids(files), [3n, 8n])
})

test('restorableTxids: a hole → nothing beyond it', () => {
  assert.deepEqual(restorableTxids([fileInfo(0, 1, 1), fileInfo(0, 3, 3)]), [1n])
})
