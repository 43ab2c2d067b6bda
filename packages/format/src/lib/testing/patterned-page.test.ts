import assert from 'node:assert/strict'
import { test } from 'vitest'
import { patternedPage } from './patterned-page.ts'

test('patternedPage: the same arguments → the same page; any other → another', () => {
  assert.deepEqual(patternedPage(512, 1, 2n), patternedPage(512, 1, 2n))
  const others = [
    patternedPage(512, 1),
    patternedPage(512, 2, 2n),
    patternedPage(512, 1, 3n),
    patternedPage(512, 258, 2n),
  ]
  for (const other of others) assert.notDeepEqual(other, patternedPage(512, 1, 2n))
})
