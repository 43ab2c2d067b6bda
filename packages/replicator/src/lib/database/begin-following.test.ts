import assert from 'node:assert/strict'
import { toTxid, type Txid } from '@ltx/format'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import { applySeal, beginFollowing } from './begin-following.ts'
import type { ActiveDatabase } from './active-database.ts'
import { LocalFiles } from './local-files.ts'
import type { MainWatch } from './main-watch.ts'
import { openDatabase } from './open-database.ts'

/** A database with local files up to TXID 1, whose follower has ended: closed, and sealed, or killed. */
async function ended(world: World, how: 'closed' | 'killed'): Promise<void> {
  const before = await world.follow()
  world.insert(20, 3000)
  await before.sync()
  if (how === 'closed') await before.close()
  else world.crash()
}

function begin(world: World, lastTXID: Txid | null): { active: ActiveDatabase; watch: MainWatch } {
  const { env, settings } = world
  const opened = openDatabase(env, world.driver, world.path, world.kept)
  const local = new LocalFiles(env.blockingFiles, world.metaPath)
  const parts = { env, local, settings, confirmed: () => lastTXID, pause: async () => {} }
  return beginFollowing(opened, { lastTXID, newestFileMs: 0 }, parts)
}

test('beginFollowing: killed, and nothing changed → from the position, not covered, not suspect', async () => {
  using world = new World()
  await ended(world, 'killed')
  const { active, watch } = begin(world, toTxid(1n))
  assert.equal(active.follower.position?.txid, 1n)
  assert.deepEqual([active.pin.covered, watch.isSuspect], [false, false])
  assert.equal(applySeal(world.env, active), false)
})

test('beginFollowing: sealed → covered, not suspect, also after the machine was started again', async () => {
  using world = new World()
  await ended(world, 'closed')
  world.bootId = 'another'
  const { active, watch } = begin(world, toTxid(1n))
  assert.deepEqual([active.pin.covered, watch.isSuspect], [true, false])
})

test('beginFollowing: killed, and the machine was started again → from the position, suspect', async () => {
  using world = new World()
  await ended(world, 'killed')
  world.bootId = 'another'
  const { active, watch } = begin(world, toTxid(1n))
  assert.deepEqual([active.follower.position?.txid, watch.isSuspect], [1n, true])
})

test('beginFollowing: the order names another TXID than the newest local file → no position, nothing is suspect', async () => {
  using world = new World()
  await ended(world, 'killed')
  world.bootId = 'another'
  const { active, watch } = begin(world, toTxid(9n))
  assert.deepEqual([active.follower.position, active.follower.lastTXID, watch.isSuspect], [null, 9n, false])
})
