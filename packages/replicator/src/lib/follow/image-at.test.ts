import assert from 'node:assert/strict'
import { test } from 'vitest'
import { assertSameImage } from '../../../test/local-image.ts'
import { World } from '../../../test/world.ts'
import { readPosition } from './position-record.ts'
import { DatabaseFiles } from './database-files.ts'
import { imageAt, imageNow } from './image-at.ts'
import { ImageReader } from './image-reader.ts'

/** The image at our position, while our follower holds its pin. */
function imageOf(world: World): Uint8Array {
  const position = readPosition(world.env, world.metaPath)
  assert.ok(position !== null)
  using files = new DatabaseFiles(world.files, world.path, world.kept)
  files.open()
  const bytes = new Uint8Array(position.commit * position.pageSize)
  new ImageReader(files, imageAt(files, position)).read(1, bytes)
  return bytes
}

test('imageAt: commits after our position → not in it', async () => {
  using world = new World({ pageSize: 512 })
  const follower = await world.follow()
  world.insert(20, 300)
  await follower.sync()
  const before = world.image()
  world.insert(20, 300)
  world.app.exec('UPDATE t SET data = randomblob(10)')
  assertSameImage(imageOf(world), before, 512)
})

test('imageAt: the WAL has begun anew since → everything is in the database file', async () => {
  using world = new World({ pageSize: 512 })
  const follower = await world.follow()
  world.insert(20, 300)
  await follower.sync()
  world.checkpoint('PASSIVE')
  await follower.sync()
  const before = world.image()
  world.app.exec('UPDATE t SET data = randomblob(10)')
  assertSameImage(imageOf(world), before, 512)
})

for (const { when, backfilled, held } of [
  { when: 'frames are not moved yet', backfilled: 3, held: true },
  { when: 'all frames are moved', backfilled: 4, held: false },
]) {
  test(`imageNow: ${when} → pages come from ${held ? 'the WAL' : 'the database file alone'}`, async () => {
    using world = new World({ pageSize: 512 })
    const follower = await world.follow()
    world.insert(20, 300)
    await follower.sync()
    const position = readPosition(world.env, world.metaPath)
    assert.ok(position !== null)
    using files = new DatabaseFiles(world.files, world.path, world.kept)
    files.open()
    const pin = { published: () => ({ kind: 'published' as const, frames: 4, backfilled }) }
    assert.equal(imageNow(pin, files, position).pages.size > 0, held)
  })
}
