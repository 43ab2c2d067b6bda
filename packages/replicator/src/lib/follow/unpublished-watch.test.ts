import assert from 'node:assert/strict'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import { looksChanged } from '../database/looks-changed.ts'

// Frames of a transaction that was rolled back after it had spilled, or of a writer that was killed, stay in the WAL with its salts until
// somebody writes over them. They look like the frames of a commit that is about to be published.

/** A transaction that spills into the WAL and is rolled back. */
function spillAndRollBack(world: World): void {
  world.app.pragma('cache_size=5')
  world.app.exec('BEGIN')
  for (let row = 0; row < 50; row++) world.app.exec('INSERT INTO t (data) VALUES (randomblob(3000))')
  world.app.exec('ROLLBACK')
}

test('UnpublishedWatch: frames of a transaction that was rolled back → waited for once, not at every sync', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  spillAndRollBack(world)
  assert.equal((await follower.sync()).unpublished, false)
  let waits = 0
  world.onSleep = () => waits++
  for (let sync = 0; sync < 3; sync++) assert.equal((await follower.sync()).unpublished, false)
  assert.equal(waits, 0)
  world.insert(1)
  await follower.sync()
  world.assertCaptured()
})

test('UnpublishedWatch: such frames, and a commit is written whose publication comes later → waited for', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  spillAndRollBack(world)
  await follower.sync()
  world.app.exec('BEGIN')
  for (let row = 0; row < 50; row++) world.app.exec('INSERT INTO t (data) VALUES (randomblob(3000))') // spills again
  world.onSleep = () => {
    world.onSleep = () => {}
    world.app.exec('COMMIT')
  }
  const report = await follower.sync()
  assert.equal(report.files.length, 1)
  world.assertCaptured()
})

test('UnpublishedWatch: such frames → no reason to stay awake, or to wake up', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  spillAndRollBack(world)
  const report = await follower.sync()
  if (report.lastTXID !== null) await follower.confirm(report.lastTXID)
  const outcome = await follower.sleep()
  assert.ok(outcome.kind === 'asleep')
  assert.equal(await looksChanged(world.env.files, world.path, outcome), false)
  world.insert(1)
  assert.equal(await looksChanged(world.env.files, world.path, outcome), true)
})
