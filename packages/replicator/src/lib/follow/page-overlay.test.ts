import assert from 'node:assert/strict'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import { PageOverlay } from './page-overlay.ts'

const page = (fill: number): Uint8Array => new Uint8Array(512).fill(fill)

function pagesOf(overlay: PageOverlay, last: number): number[] {
  const found: number[] = []
  for (let at = overlay.next(1, last); at !== null; at = overlay.next(at + 1, last)) found.push(at)
  return found
}

test('PageOverlay: pages in any order, some twice → the newest of each, found in ascending order up to a last one', () => {
  using world = new World()
  using overlay = new PageOverlay(world.files, `${world.directory}/overlay`, 512)
  const written = [900_000, 7, 8, 65_535, 65_536, 1, 9, 7]
  for (const [index, number] of written.entries()) overlay.write(number, page(index + 1))
  assert.deepEqual(pagesOf(overlay, 2 ** 32), [1, 7, 8, 9, 65_535, 65_536, 900_000])
  assert.deepEqual(pagesOf(overlay, 65_535), [1, 7, 8, 9, 65_535])
  const found = page(0)
  overlay.read(7, found)
  assert.deepEqual(found, page(8))
  assert.deepEqual(
    [2, 6, 7, 10, 900_001].map((number) => overlay.has(number)),
    [false, false, true, false, false],
  )
})

test('PageOverlay: nothing written → nothing found; a page that is not here → refused', () => {
  using world = new World()
  using overlay = new PageOverlay(world.files, `${world.directory}/overlay`, 512)
  assert.equal(overlay.next(1, 1e6), null)
  assert.throws(() => overlay.read(1, page(0)), /invariant/)
})
