import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readPlainly } from '../../test/plain-reader.ts'
import { withByte } from './break-bytes.ts'
import { buildWal, rechecksummed } from './build-wal.ts'

for (const littleEndian of [true, false]) {
  test(`buildWal: two transactions, ${littleEndian ? 'little' : 'big'}-endian → read back by the plain reader`, () => {
    const data = new Uint8Array(512).fill(7)
    const wal = buildWal({
      pageSize: 512,
      littleEndian,
      transactions: [
        { pages: [{ pageNumber: 2 }, { pageNumber: 1, data }], commit: 2 },
        { pages: [{ pageNumber: 3 }], commit: 0 },
      ],
    })
    const { frames, stop } = readPlainly(wal)
    assert.deepEqual(
      frames.map(({ pageNumber, commit }) => [pageNumber, commit]),
      [
        [2, 0],
        [1, 2],
        [3, 0],
      ],
    )
    assert.deepEqual(frames[1]?.page, data)
    assert.deepEqual(stop, { reason: 'end-of-input', offset: 32 + 3 * 536 })
  })
}

test('buildWal: a page of another size → RangeError', () => {
  const pages = [{ pageNumber: 1, data: new Uint8Array(511) }]
  assert.throws(() => buildWal({ pageSize: 512, transactions: [{ pages, commit: 1 }] }), RangeError)
})

test('rechecksummed: altered in a header and a page → live again to the end', () => {
  const wal = buildWal({
    pageSize: 512,
    transactions: [{ pages: [{ pageNumber: 1 }, { pageNumber: 2 }], commit: 2 }],
  })
  const altered = withByte(withByte(wal, 35, 9), 700, 1)
  assert.equal(readPlainly(altered).frames.length, 0)
  assert.deepEqual(
    readPlainly(rechecksummed(altered)).frames.map(({ pageNumber }) => pageNumber),
    [9, 2],
  )
  assert.deepEqual(rechecksummed(wal), wal)
})
