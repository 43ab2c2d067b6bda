import assert from 'node:assert/strict'
import { test } from 'vitest'
import { PlacedPages } from './placed-pages.ts'

test('PlacedPages: a page twice → placed once', () => {
  const placed = new PlacedPages(20, 512)
  assert.deepEqual(
    [placed.place(8), placed.place(8), placed.place(7), placed.place(9)],
    [true, false, true, true],
  )
  assert.equal(placed.count, 3)
})

test('PlacedPages: a page beyond the end → refused; the last one → placed', () => {
  const placed = new PlacedPages(20, 512)
  assert.equal(placed.place(21), false)
  assert.equal(placed.place(20), true)
})

test('PlacedPages: all pages but one → that one is missing', () => {
  const placed = new PlacedPages(17, 4096)
  for (let pageNumber = 17; pageNumber >= 1; pageNumber--) if (pageNumber !== 9) placed.place(pageNumber)
  assert.equal(placed.isComplete, false)
  assert.equal(placed.firstMissing(), 9)
  placed.place(9)
  assert.equal(placed.isComplete, true)
  assert.equal(placed.firstMissing(), null)
})

test('PlacedPages: a database of no pages → complete', () => assert.ok(new PlacedPages(0, 512).isComplete))

for (const [pageSize, lockPage] of [
  [65_536, 16_385],
  [4096, 262_145],
] as const) {
  test(`PlacedPages: the lock page of ${pageSize}-byte pages → never placed, never missing`, () => {
    const placed = new PlacedPages(lockPage + 1, pageSize)
    assert.equal(placed.place(lockPage), false)
    for (let pageNumber = 1; pageNumber <= lockPage + 1; pageNumber++) placed.place(pageNumber)
    assert.equal(placed.count, lockPage)
    assert.ok(placed.isComplete)
    assert.equal(placed.firstMissing(), null)
  })
}
