import assert from 'node:assert/strict'
import { test } from 'vitest'
import { CHECKSUM_FLAG } from '../constants.ts'
import { patternedPage } from '../testing/patterned-page.ts'
import { DatabaseChecksum } from './database-checksum.ts'
import { pageChecksum } from './page-checksum.ts'

const page = (pageNumber: number): Uint8Array => patternedPage(512, pageNumber)

test('DatabaseChecksum: no page → the flag bit alone', () => {
  assert.equal(new DatabaseChecksum().value, CHECKSUM_FLAG)
})

test('DatabaseChecksum: pages in any order → the same value', () => {
  const [up, down] = [new DatabaseChecksum(), new DatabaseChecksum()]
  for (const pageNumber of [1, 2, 3]) up.toggle(pageNumber, page(pageNumber))
  for (const pageNumber of [3, 2, 1]) down.toggle(pageNumber, page(pageNumber))
  assert.equal(up.value, down.value)
})

test('DatabaseChecksum: an old page out, a new one in, from a checksum to go on from → as made anew', () => {
  const before = new DatabaseChecksum()
  for (const pageNumber of [1, 2]) before.toggle(pageNumber, page(pageNumber))
  const after = new DatabaseChecksum(before.value)
  after.toggle(2, page(2))
  after.toggleChecksum(pageChecksum(2, page(9)))
  const anew = new DatabaseChecksum()
  anew.toggle(1, page(1))
  anew.toggle(2, page(9))
  assert.equal(after.value, anew.value)
})
