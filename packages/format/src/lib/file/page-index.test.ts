import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FormatError, type FormatErrorCode } from '../errors.ts'
import { decodePageIndex } from './page-index.ts'

const rows: readonly [situation: string, bytes: number[], pagesEnd: number, code: FormatErrorCode][] = [
  ['no bytes', [], 100, 'LTX_TRUNCATED'],
  ['no terminator', [1, 100, 20], 120, 'LTX_TRUNCATED'],
  ['cut after a page number', [1], 120, 'LTX_TRUNCATED'],
  ['bytes after the terminator', [1, 100, 20, 0, 0], 120, 'LTX_BAD_FIELD'],
  ['a page twice', [1, 100, 20, 1, 120, 20, 0], 140, 'LTX_PAGE_ORDER'],
  ['pages out of order', [2, 100, 20, 1, 120, 20, 0], 140, 'LTX_PAGE_ORDER'],
  ['a hole between frames', [1, 100, 20, 2, 121, 20, 0], 140, 'LTX_BAD_FIELD'],
  ['frames that overlap', [1, 100, 20, 2, 119, 20, 0], 140, 'LTX_BAD_FIELD'],
  ['a first frame in the header', [1, 99, 20, 0], 120, 'LTX_BAD_FIELD'],
  ['frames that end before the pages do', [1, 100, 20, 0], 121, 'LTX_BAD_FIELD'],
  ['no frame although there are pages', [0], 120, 'LTX_BAD_FIELD'],
  ['a frame smaller than any', [1, 100, 10, 0], 110, 'LTX_LIMIT_EXCEEDED'],
  ['a frame larger than any', [1, 100, 0xff, 0xff, 0xff, 1, 0], 4_194_403, 'LTX_LIMIT_EXCEEDED'],
  ['a page number of 33 bits', [0x80, 0x80, 0x80, 0x80, 0x10, 100, 20, 0], 120, 'LTX_LIMIT_EXCEEDED'],
]

for (const [situation, bytes, pagesEnd, code] of rows) {
  test(`decodePageIndex: ${situation} → ${code}`, () => {
    assert.throws(
      () => decodePageIndex(Uint8Array.from(bytes), 5000, pagesEnd),
      (error) => error instanceof FormatError && error.code === code && error.offset >= 5000,
    )
  })
}

test('decodePageIndex: two frames end to end → both', () => {
  assert.deepEqual(decodePageIndex(Uint8Array.of(1, 100, 20, 3, 120, 11, 0), 5000, 131), [
    { pageNumber: 1, offset: 100, size: 20 },
    { pageNumber: 3, offset: 120, size: 11 },
  ])
})
