import assert from 'node:assert/strict'
import { test } from 'vitest'
import { HeldPages } from './held-pages.ts'

test('HeldPages: a page → a copy, handed out once', () => {
  const held = new HeldPages(512)
  const page = new Uint8Array(512).fill(1)
  assert.ok(held.hold(7, page))
  page[0] = 9
  assert.deepEqual(held.take(7), new Uint8Array(512).fill(1))
  assert.equal(held.take(7), null)
})

test('HeldPages: as many bytes as allowed → held; one page more → refused, until one was taken', () => {
  const pagesMax = 40
  const page = new Uint8Array(65_536)
  const held = new HeldPages(page.length, pagesMax * page.length + 1)
  for (let pageNumber = pagesMax; pageNumber >= 1; pageNumber--) assert.ok(held.hold(pageNumber, page))
  assert.equal(held.hold(pagesMax + 1, page), false)
  assert.deepEqual(held.pageNumbers().slice(0, 3), [1, 2, 3])
  held.take(2)
  assert.ok(held.hold(pagesMax + 1, page))
})

const pageOf = (pageNumber: number): Uint8Array => new Uint8Array(4096).fill(pageNumber % 251)

test('HeldPages: pages held, taken and held again, across blocks of memory → each has its own bytes', () => {
  const held = new HeldPages(4096)
  for (let pageNumber = 1; pageNumber <= 600; pageNumber++) held.hold(pageNumber, pageOf(pageNumber))
  for (let pageNumber = 1; pageNumber <= 600; pageNumber += 3) {
    assert.deepEqual(held.take(pageNumber), pageOf(pageNumber))
  }
  for (let pageNumber = 601; pageNumber <= 900; pageNumber++) held.hold(pageNumber, pageOf(pageNumber))
  assert.equal(held.pageNumbers().length, 700)
  for (const pageNumber of held.pageNumbers()) assert.deepEqual(held.take(pageNumber), pageOf(pageNumber))
})
