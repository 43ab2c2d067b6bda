import assert from 'node:assert/strict'
import { test } from 'vitest'
import { differenceOf } from './scene.ts'

const image = new Uint8Array(3 * 512).fill(7)

const rows: readonly [situation: string, found: Uint8Array, outcome: RegExp | null][] = [
  ['the same bytes', image.slice(), null],
  ['one byte of the second page', image.with(600, 8), /^pages 2 differ/],
  ['the last page is missing', image.slice(0, 1024), /^pages 3 differ \(1536 bytes expected, 1024 found\)/],
  ['a page more, of zeros', new Uint8Array([...image, ...new Uint8Array(512)]), /^pages 4 differ/],
]
for (const [situation, found, outcome] of rows) {
  test(`differenceOf: ${situation} → ${outcome === null ? 'none' : 'the pages'}`, () => {
    const difference = differenceOf(image, found, 512)
    if (outcome === null) assert.equal(difference, null)
    else assert.match(String(difference), outcome)
  })
}
