import assert from 'node:assert/strict'
import { test } from 'vitest'
import { toTxid } from '@ltx/format'
import { assertSameImage, imageOf, localFiles } from '../../../test/local-image.ts'
import { World } from '../../../test/world.ts'
import type { DatabaseFollower } from './database-follower.ts'

/** A follower that is told to leave a small file beside the first image. */
async function followOnce(world: World): Promise<DatabaseFollower> {
  const follower = world.newFollower()
  const opened = await follower.open()
  assert.ok(opened.kind === 'opened')
  const lastTXID = opened.local?.max ?? null
  await follower.start({ keepLocal: true, lastTXID, newestFileMs: 0, confirmed: null, imageOnce: true })
  return follower
}

for (const pageSize of [512, 4096, 65_536]) {
  test(`withFileBeside: the first image, pages of ${pageSize} bytes → a file 2 with page 1 and that of the last frame, as the image has them, and its claim`, async () => {
    using world = new World({ pageSize })
    world.insert(20, 3000)
    const follower = await followOnce(world)
    const report = await follower.sync()
    assert.deepEqual([report.kind, report.lastTXID, report.resync?.full], ['synced', 2n, true])
    assert.deepEqual(
      report.files.map(({ txid }) => txid),
      [1n, 2n],
    )
    assert.deepEqual(
      report.files.map(({ walBytes }) => walBytes),
      [world.walBytes() - 32, 0],
    )
    const [image, beside] = localFiles(world.metaPath)
    assert.deepEqual({ ...beside, pages: null }, { ...image, minTXID: 2n, maxTXID: 2n, pages: null })
    const numbers = new Set([1, world.lastFramePage()])
    assert.deepEqual(
      beside?.pages,
      image?.pages.filter(({ pageNumber }) => numbers.has(pageNumber)),
    )
    world.assertCaptured()
    world.insert(1)
    const next = await follower.sync()
    assert.deepEqual([next.files.length, next.lastTXID, next.resync], [1, 3n, null])
    world.assertCaptured()
  })
}

test('withFileBeside: everything is in the database file and the WAL is gone → page 1 alone, no claim', async () => {
  using world = new World()
  world.reopenApp(() => {})
  const follower = await followOnce(world)
  await follower.sync()
  const [, beside] = localFiles(world.metaPath)
  assert.deepEqual([beside?.pages.length, beside?.walOffset, beside?.walSize], [1, 32n, 0n])
  world.insert(3)
  await follower.sync()
  world.assertCaptured()
})

test('withFileBeside: not the first image, or not told to → no file', async () => {
  using world = new World()
  const before = await world.follow()
  assert.equal((await before.sync()).lastTXID, 1n)
  world.insert(1)
  assert.equal((await before.sync()).lastTXID, 2n)
  world.crash()
  const follower = await followOnce(world)
  world.insert(1)
  assert.deepEqual((await follower.sync()).lastTXID, 3n)
})

test('withFileBeside: a commit right after the image, nobody has read it → it is file 2, and no other is', async () => {
  using world = new World()
  world.insert(10, 3000)
  const follower = await followOnce(world)
  let isHandedOver = false
  world.driver.once('COMMIT', () => {
    isHandedOver = true
    world.app.exec('CREATE TABLE other (n); INSERT INTO other VALUES (randomblob(9000))')
    world.checkpoint('PASSIVE')
  })
  const report = await follower.sync()
  assert.deepEqual([isHandedOver, report.lastTXID], [true, 2n])
  const [, second] = localFiles(world.metaPath)
  assert.ok((second?.pages.length ?? 0) > 2)
  world.assertCaptured()
})

test('withFileBeside: commits and checkpoints while page 1 is read → the file is as the image, what came later is in the next', async () => {
  using world = new World()
  world.insert(50, 3000)
  world.checkpoint('PASSIVE')
  const follower = await followOnce(world)
  let isImageWritten = false
  let reads = 0
  const stop = world.files.before((call, path) => {
    isImageWritten ||= call === 'rename' && path.includes('/ltx/0/')
    if (!isImageWritten || call !== 'read' || path !== world.path) return
    reads++
    world.app.exec('CREATE TABLE IF NOT EXISTS other (n); UPDATE t SET data = randomblob(3000)')
    world.checkpoint('PASSIVE')
  })
  await follower.sync()
  stop()
  assert.ok(reads > 0)
  const files = localFiles(world.metaPath)
  assertSameImage(imageOf(files.slice(0, 2)), imageOf(files.slice(0, 1)), world.pageSize)
  await follower.sync()
  world.assertCaptured()
})

test('withFileBeside: a large database that is compared while it is followed, quiet → file 2; written to meanwhile → the next file is the application’s', async () => {
  for (const isWritten of [false, true]) {
    using world = new World({ settings: { slidingScanBytesMin: 1 } })
    world.insert(4000, 3000)
    const follower = await followOnce(world)
    world.onSleep = () => {
      world.elapsedShiftMs += 1000
      if (isWritten) world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id = 7')
    }
    const report = await follower.sync()
    world.onSleep = () => {}
    assert.ok((report.lastTXID ?? 0n) >= 2n)
    world.assertCaptured()
    world.insert(1)
    await follower.sync()
    world.assertCaptured()
  }
})

/** Every call that writing file 2 makes; the process ends right before it. */
const steps = [
  ['open', '/ltx/0/0000000000000002'],
  ['write', '/ltx/0/0000000000000002'],
  ['sync', '/ltx/0/0000000000000002'],
  ['rename', '/ltx/0/0000000000000002'],
] as const

for (const [call, part] of steps) {
  for (const isChanged of [false, true]) {
    test(`withFileBeside: killed before the ${call} of file 2, ${isChanged ? 'and then a commit' : 'and nothing changes'} → the next start has a file 2, and no second image`, async () => {
      using world = new World()
      world.insert(30, 3000)
      const before = await followOnce(world)
      const revive = world.dieBefore(call, part)
      await assert.rejects(before.sync())
      world.crash()
      revive()
      if (isChanged) world.insert(1)
      const after = await followOnce(world)
      const report = await after.sync()
      assert.deepEqual([report.lastTXID, localFiles(world.metaPath).length], [2n, 2])
      assert.notEqual(report.resync?.full, true)
      world.assertCaptured()
    })
  }
}

test('withFileBeside: the disk is full for file 2 → the sync fails; there is room again → the next one writes it', async () => {
  using world = new World()
  const follower = await followOnce(world)
  const stop = world.files.before((call, path) => {
    if (call === 'write' && path.includes('/0000000000000002')) {
      throw Object.assign(new Error('no room'), { code: 'ENOSPC' })
    }
  })
  await assert.rejects(follower.sync())
  stop()
  assert.equal((await follower.sync()).lastTXID, toTxid(2n))
  world.assertCaptured()
})
