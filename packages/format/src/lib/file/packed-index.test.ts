import assert from 'node:assert/strict'
import { test } from 'vitest'
import { testSeed, withSeed } from '../../../test/seeded-random.ts'
import { HEADER_BYTES } from '../constants.ts'
import { PackedIndex } from './packed-index.ts'
import { decodePageIndex, type PageIndexEntry } from './page-index.ts'

function bytesOf(index: PackedIndex): Uint8Array {
  const pieces = [...copies(index.pieces())]
  const bytes = Uint8Array.from(pieces.flatMap((piece) => [...piece]))
  assert.equal(bytes.length, index.indexBytes)
  return bytes
}

function* copies(pieces: Iterable<Uint8Array>): Generator<Uint8Array, void, undefined> {
  for (const piece of pieces) yield piece.slice()
}

test('PackedIndex: no page → the terminator alone', () => {
  assert.deepEqual([...bytesOf(new PackedIndex())], [0])
})

test('PackedIndex: two pages → page number, offset and size of each, as Go writes them', () => {
  const index = new PackedIndex()
  index.append(1, 289)
  index.append(300, 50)
  assert.equal(index.count, 2)
  assert.deepEqual([...bytesOf(index)], [1, 100, 0xa1, 0x02, 0xac, 0x02, 0x85, 0x03, 50, 0])
})

test('PackedIndex: any frames, also beyond 4 GiB and over its inner segments → read back', async () => {
  await withSeed(testSeed(), (random) => {
    const index = new PackedIndex()
    const expected: PageIndexEntry[] = []
    let [pageNumber, offset] = [0, HEADER_BYTES]
    for (let i = 0; i < 100_000; i++) {
      pageNumber += 1 + random.below(random.below(2) === 0 ? 3 : 40_000)
      const size = 11 + random.below(131_072)
      index.append(pageNumber, size)
      expected.push({ pageNumber, offset, size })
      offset += size
    }
    assert(offset > 2 ** 32)
    assert.deepEqual(decodePageIndex(bytesOf(index), 0, offset), expected)
    assert.deepEqual(decodePageIndex(bytesOf(index), 0, offset), expected, 'a second time')
  })
})
