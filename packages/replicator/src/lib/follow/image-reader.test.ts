import assert from 'node:assert/strict'
import { test } from 'vitest'
import { assertSameImage } from '../../../test/local-image.ts'
import { World } from '../../../test/world.ts'
import { observeImage } from './copy-difference.ts'
import { DatabaseFiles } from './database-files.ts'
import { ImageReader } from './image-reader.ts'
import { Pin } from './pin.ts'

/** A pinned image of the database as it is, read in runs of `run` pages; `between` comes before each. */
function readPinned(world: World, run: number, between: (pin: Pin) => void = () => {}): Uint8Array {
  using pin = Pin.open(world.driver, world.path)
  using files = new DatabaseFiles(world.files, world.path, world.kept)
  files.open()
  pin.begin()
  const published = observeImage(pin, files)
  assert.ok(typeof published === 'object')
  const { image } = published
  const reader = new ImageReader(files, image)
  const whole = new Uint8Array(image.commit * image.pageSize)
  for (let first = 1; first <= image.commit; first += run) {
    between(pin)
    const start = (first - 1) * image.pageSize
    reader.read(
      first,
      whole.subarray(start, start + Math.min(run, image.commit - first + 1) * image.pageSize),
    )
  }
  return whole
}

for (const run of [1, 3, 1000]) {
  test(`ImageReader: pages partly in the WAL, read ${run} at a time → the database`, () => {
    using world = new World({ pageSize: 512 })
    world.insert(30, 300)
    world.checkpoint('PASSIVE')
    world.app.exec('UPDATE t SET data = randomblob(300) WHERE id % 3 = 0')
    assertSameImage(readPinned(world, run), world.image(), 512)
  })
}

test('ImageReader: commits and checkpoints go on meanwhile → still the database at the pin', () => {
  using world = new World({ pageSize: 512 })
  world.insert(30, 300)
  const before = world.image()
  const found = readPinned(world, 2, () => {
    world.app.exec('UPDATE t SET data = randomblob(300)')
    world.checkpoint('PASSIVE')
  })
  assertSameImage(found, before, 512)
})

test('ImageReader: all was in the database file, and the WAL begins anew in the middle → still the database at the pin', () => {
  using world = new World({ pageSize: 512 })
  world.insert(30, 300)
  world.checkpoint('PASSIVE')
  const before = world.image()
  let runs = 0
  const found = readPinned(world, 2, () => {
    if (++runs === 3) world.app.exec('UPDATE t SET data = randomblob(300)')
    world.checkpoint('PASSIVE')
  })
  assertSameImage(found, before, 512)
})
