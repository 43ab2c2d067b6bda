import assert from 'node:assert/strict'
import { test } from 'vitest'
import { HELD_BYTES_MAX, HeldPages } from './held-pages.ts'

test('HeldPages: a page → a copy, handed out once', () => {
  const held = new HeldPages()
  const page = Uint8Array.of(1, 2)
  assert.ok(held.hold(7, page))
  page[0] = 9
  assert.deepEqual(held.take(7), Uint8Array.of(1, 2))
  assert.equal(held.take(7), null)
})

test('HeldPages: as many bytes as allowed → held; one page more → refused, until one was taken', () => {
  const held = new HeldPages()
  const page = new Uint8Array(65_536)
  const pagesMax = HELD_BYTES_MAX / page.length
  for (let pageNumber = pagesMax; pageNumber >= 1; pageNumber--) assert.ok(held.hold(pageNumber, page))
  assert.equal(held.hold(pagesMax + 1, page), false)
  assert.deepEqual(held.pageNumbers().slice(0, 3), [1, 2, 3])
  held.take(2)
  assert.ok(held.hold(pagesMax + 1, page))
})
