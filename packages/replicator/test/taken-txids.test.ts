import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'vitest'
import { memoryClient } from '@ltx/client-core/memory'
import { nodeEnv } from '@ltx/env/node'
import type { DatabaseFollower } from '../src/lib/database/database-follower.ts'
import { FaultyFiles } from './faulty-files.ts'
import { ScratchStore } from './scratch-store.ts'
import { assertGoesOn, leftBehind, slidingWorld, syncWhile } from './sliding-world.ts'
import { World } from './world.ts'

// A level 0 file that has its name may be in the replica a moment later, whatever fails after that: its TXID is taken, and its bytes stay.

function bytesByName(world: World): Map<string, string> {
  const directory = `${world.metaPath}/ltx/0`
  const names = readdirSync(directory).filter((name) => name.endsWith('.ltx'))
  return new Map(names.map((name) => [name, readFileSync(`${directory}/${name}`).toString('base64')]))
}

/** The directory cannot be synced; what has its name keeps its bytes, and nothing is lost. */
async function assertStays(
  world: World,
  follower: DatabaseFollower,
  failing: () => Promise<unknown>,
): Promise<void> {
  const before = bytesByName(world)
  const cure = world.files.fail('syncDirectory', 'EIO', '-litestream/ltx/0')
  await assert.rejects(failing(), { code: 'REPLICATOR_DISK' })
  cure()
  const taken = bytesByName(world)
  assert.ok(taken.size > before.size, 'a file has its name')
  world.insert(3)
  await follower.sync()
  const after = bytesByName(world)
  for (const [name, bytes] of taken) assert.ok(after.get(name) === bytes, `${name} has other bytes now`)
  await assertGoesOn(world, follower)
}

test('a sync cannot make its directory durable → the file stays as it is, the rest comes after it', async () => {
  using world = new World()
  world.insert(10)
  const follower = await world.follow()
  await follower.sync()
  world.insert(1)
  await assertStays(world, follower, () => follower.sync())
})

test('a comparison cannot make its directory durable → the same', async () => {
  using world = new World()
  world.insert(10)
  await leftBehind(world)
  const follower = await world.follow()
  await assertStays(world, follower, () => follower.sync())
})

for (const writers of ['nobody writes', 'with writers'] as const) {
  test(`a sliding scan cannot make its directory durable, ${writers} → the same`, async () => {
    using world = slidingWorld()
    await leftBehind(world)
    const follower = await world.follow()
    const scan = (): Promise<unknown> =>
      syncWhile(world, follower, () => {
        if (writers === 'with writers')
          world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id % 500 = 1')
      })
    await assertStays(world, follower, scan)
  })
}

test('a sliding scan has placed its file and cannot make the one after it durable → both stay', async () => {
  using world = slidingWorld()
  const follower = await world.follow()
  let syncs = 0
  const stop = world.files.before((call, path) => {
    if (call !== 'syncDirectory' || !path.endsWith('-litestream/ltx/0') || ++syncs !== 2) return
    stop()
    throw Object.assign(new Error('EIO: made by the test'), { code: 'EIO', path })
  })
  const failed = syncWhile(world, follower, () =>
    world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id % 500 = 1'),
  )
  await assert.rejects(failed, { code: 'REPLICATOR_DISK' })
  const taken = bytesByName(world)
  assert.equal(taken.size, 2)
  await follower.sync()
  const after = bytesByName(world)
  for (const [name, bytes] of taken) assert.ok(after.get(name) === bytes, `${name} has other bytes now`)
  await assertGoesOn(world, follower)
})

test('Store: a file goes up before its directory could be synced, more is committed → the replica restores all of it', async () => {
  const env = nodeEnv()
  const files = new FaultyFiles(env.blockingFiles)
  await using scratch = new ScratchStore({ ...env, blockingFiles: files })
  const app = scratch.app()
  const client = memoryClient()
  const store = scratch.store({ compactionEnabled: false })
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  await database.sync()
  const { length } = scratch.kinds()
  const cure = files.fail('syncDirectory', 'EIO', '-litestream/ltx/0')
  app.exec('INSERT INTO t VALUES (1)')
  const uploads = (): number =>
    scratch
      .kinds()
      .slice(length)
      .filter((kind) => kind === 'upload').length
  await scratch.until('an upload of what is not durable here', () => uploads() > 0)
  app.exec('CREATE TABLE other (a); INSERT INTO other VALUES (1)') // pages that no later commit touches
  cure()
  await database.sync()
  app.exec('INSERT INTO t VALUES (2)')
  await database.sync()
  assert.equal(await scratch.restoredRows(client), 2)
})
