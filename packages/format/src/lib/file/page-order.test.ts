import assert from 'node:assert/strict'
import { lockPageNumber } from '@ltx/wal'
import { test } from 'vitest'
import { toTxid } from '../ids/txid.ts'
import { createHeader, type Header } from './header.ts'
import { PageOrder } from './page-order.ts'

function header(minTXID: bigint, commit: number, pageSize: number = 512): Header {
  return createHeader({ pageSize, commit, minTXID: toTxid(minTXID), maxTXID: toTxid(9n), timestampMs: 0 })
}

/** Feeds pages; says at which one it stops, or `'end'` for a bad end, or `null` when all is right. */
function verdict(of: Header, pages: readonly number[]): number | 'end' | null {
  const order = new PageOrder(of)
  for (const pageNumber of pages) {
    if (order.defectOf(pageNumber) !== null) return pageNumber
    order.accept(pageNumber)
  }
  return order.defectOfEnd() === null ? null : 'end'
}

const rows: readonly [situation: string, Header, number[], number | 'end' | null][] = [
  ['some pages', header(2n, 9), [1, 5, 9], null],
  ['no page', header(2n, 9), [], null],
  ['page 0', header(2n, 9), [0], 0],
  ['a page twice', header(2n, 9), [3, 3], 3],
  ['a page before the last', header(2n, 9), [3, 2], 2],
  ['a page above the commit', header(2n, 9), [9, 10], 10],
  ['a full image', header(1n, 3), [1, 2, 3], null],
  ['a full image that starts late', header(1n, 3), [2], 2],
  ['a full image with a gap', header(1n, 3), [1, 3], 3],
  ['a full image that ends early', header(1n, 3), [1, 2], 'end'],
  ['a full image of nothing', header(1n, 3), [], 'end'],
  ['a full image with a page too many', header(1n, 2), [1, 2, 3], 3],
]

for (const [situation, of, pages, expected] of rows) {
  test(`PageOrder: ${situation} → ${expected === null ? 'right' : `stops at ${expected}`}`, () => {
    assert.equal(verdict(of, pages), expected)
  })
}

for (const pageSize of [4096, 65_536]) {
  const lock = lockPageNumber(pageSize)

  test(`PageOrder: runs around the lock page of ${pageSize}-byte pages → what page by page says`, () => {
    const order = new PageOrder(header(2n, lock + 3, pageSize))
    order.accept(lock - 5)
    const runs: [first: number, last: number, isRight: boolean][] = [
      [lock - 4, lock - 1, true],
      [lock - 4, lock, false],
      [lock - 1, lock + 1, false],
      [lock, lock, false],
      [lock + 1, lock + 3, true],
      [lock + 1, lock + 4, false],
      [lock - 5, lock - 1, false],
    ]
    for (const [first, last, isRight] of runs)
      assert.equal(order.defectOfRun(first, last) === null, isRight, `${first} to ${last}`)
  })

  test(`PageOrder: lock page of ${pageSize}-byte pages → refused, in a full image skipped`, () => {
    assert.equal(verdict(header(2n, lock + 1, pageSize), [lock - 1, lock]), lock)
    assert.equal(verdict(header(2n, lock + 1, pageSize), [lock - 1, lock + 1]), null)
    assert.equal(verdict(header(1n, lock + 1, pageSize), [...upTo(lock - 1), lock + 1]), null)
    assert.equal(verdict(header(1n, lock + 1, pageSize), upTo(lock - 1)), 'end')
    assert.equal(verdict(header(1n, lock, pageSize), upTo(lock - 1)), null)
    assert.equal(verdict(header(1n, lock + 1, pageSize), upTo(lock)), lock)
  })
}

function upTo(end: number): number[] {
  return Array.from({ length: end }, (_, i) => i + 1)
}
