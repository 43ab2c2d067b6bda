import assert from 'node:assert/strict'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import { WalFollower } from '../follow/wal-follower.ts'
import { beginFollowing } from './begin-following.ts'
import { LocalFiles } from './local-files.ts'
import { makeMetaDirectory } from './meta-directory.ts'
import { openDatabase } from './open-database.ts'
import { sealToSleep } from './seal-to-sleep.ts'
import type { ActiveDatabase } from './active-database.ts'

const pause = async (): Promise<void> => {}

/** Followed, and all that is committed captured. */
async function followed(world: World): Promise<ActiveDatabase & Disposable> {
  const { env, driver, path, metaPath, kept, settings } = world
  makeMetaDirectory(env, metaPath, { mode: 0o600, uid: 0, gid: 0 })
  const opened = openDatabase(env, driver, path, kept)
  const local = new LocalFiles(env.blockingFiles, metaPath)
  const parts = { env, local, settings, confirmed: () => null, pause }
  const { active } = beginFollowing(opened, { lastTXID: null, newestFileMs: 0 }, parts)
  assert.ok(active.follower instanceof WalFollower)
  world.insert(2)
  assert.equal((await active.follower.sync()).kind, 'synced')
  return {
    ...active,
    [Symbol.dispose]: () => {
      opened.pin.close()
      opened.files.close()
    },
  }
}

const AWAKE: readonly [
  situation: string,
  because: RegExp,
  prepare: (world: World, active: ActiveDatabase) => { confirmed?: null; isSuspect?: true },
][] = [
  ['nothing is known to be stored', /not uploaded/, () => ({ confirmed: null })],
  ['it is to be compared', /compared/, () => ({ isSuspect: true })],
  [
    'somebody has committed',
    /something changed/,
    (world) => {
      world.insert(1)
      return {}
    },
  ],
  [
    'its image is being read',
    /snapshot/,
    (_world, { follower }) => {
      follower.holdImage()
      return {}
    },
  ],
]

for (const [situation, because, prepare] of AWAKE) {
  test(`sealToSleep: ${situation} → awake, and why`, async () => {
    using world = new World()
    using active = await followed(world)
    const confirmed = active.follower.position?.txid ?? null
    const outcome = await sealToSleep(world.env, active, {
      confirmed,
      isSuspect: false,
      ...prepare(world, active),
    })
    assert.equal(outcome.kind, 'awake')
    assert.match(outcome.because, because)
  })
}

test('sealToSleep: nothing goes on → what the database looks like; its connections are still open', async () => {
  using world = new World()
  using active = await followed(world)
  const confirmed = active.follower.position?.txid ?? null
  const outcome = await sealToSleep(world.env, active, { confirmed, isSuspect: false })
  assert.equal(outcome.kind, 'asleep')
  assert.deepEqual([outcome.main?.ino, outcome.pageSize], [`${active.files.statMain().ino}`, 4096])
  assert.ok(active.pin.isHeld)
})
