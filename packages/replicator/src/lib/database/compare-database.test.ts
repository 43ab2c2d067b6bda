import assert from 'node:assert/strict'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import { beginFollowing } from './begin-following.ts'
import { compareDatabase, loseTrust, type Comparison } from './compare-database.ts'
import { LocalFiles } from './local-files.ts'
import { openDatabase, type OpenDatabase } from './open-database.ts'
import { SerialQueue } from './serial-queue.ts'
import type { WalFollower } from '../follow/wal-follower.ts'

// What a comparison finds is in test/start-checks.test.ts; here is how it ends otherwise.

/** A database with local files up to TXID 1, and a follower of it. */
async function following(world: World): Promise<{ opened: OpenDatabase; follower: WalFollower }> {
  const before = await world.follow()
  world.insert(20, 3000)
  const { lastTXID } = await before.sync()
  world.crash()
  const opened = openDatabase(world.env, world.driver, world.path, world.kept)
  const { active } = beginFollowing(
    opened,
    { lastTXID, newestFileMs: 0 },
    {
      env: world.env,
      local: new LocalFiles(world.env.blockingFiles, world.metaPath),
      settings: world.settings,
      confirmed: () => lastTXID,
      pause: async () => {},
    },
  )
  return { opened, follower: active.follower }
}

function compare(world: World, follower: WalFollower, pause: () => void = () => {}): Promise<Comparison> {
  return compareDatabase(world.env, follower, new SerialQueue(), async () => pause())
}

test('compareDatabase: not synced yet → later; synced → the same', async () => {
  using world = new World()
  const { follower } = await following(world)
  assert.equal(await compare(world, follower), 'later')
  await follower.sync()
  assert.equal(await compare(world, follower), 'same')
})

test('compareDatabase: the position is lost before, or while it compares → lost', async () => {
  using world = new World()
  const { follower } = await following(world)
  await follower.sync()
  world.app.exec('UPDATE t SET data = randomblob(3000)')
  const lost = await compare(world, follower, () => follower.forgetPosition(follower.lastTXID))
  assert.equal(lost, 'same', 'the one block had been read')
  assert.equal(await compare(world, follower), 'lost')
})

test('compareDatabase: the pin is let go while it compares → later', async () => {
  using world = new World()
  const { follower, opened } = await following(world)
  world.insert(1000, 3000)
  await follower.sync()
  assert.equal(await compare(world, follower, () => opened.pin.release()), 'later')
})

test('compareDatabase: it is closed → rejects with the reason', async () => {
  using world = new World()
  const { follower } = await following(world)
  await follower.sync()
  const reason = new Error('closed')
  const throwing = compare(world, follower, () => {
    throw reason
  })
  await assert.rejects(throwing, reason)
})

test('loseTrust: → the next sync compares, and so does the next process', async () => {
  using world = new World()
  const { follower } = await following(world)
  await follower.sync()
  loseTrust(world.env, follower)
  world.crash()
  const after = await world.follow()
  assert.equal((await after.sync()).resync?.because, 'no-position')
})
