import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { toTxid } from '@ltx/format'
import { decodeFileSpec } from '@ltx/format/testing'
import { test } from 'vitest'
import { assertSameImage, imageOf, localFiles } from '../../../test/local-image.ts'
import { World } from '../../../test/world.ts'
import { isReplicatorError } from '../errors.ts'
import type { DatabaseFollower } from './database-follower.ts'
import type { SleepOutcome, StagedSnapshot } from './follower-port.ts'
import { snapshotDirectory } from './stage-snapshot.ts'

/** A followed database of three blocks of a scan, all of it in a level 0 file. */
async function largeDatabase(world: World): Promise<DatabaseFollower> {
  world.insert(1600, 3000)
  const follower = await world.follow()
  await follower.sync()
  return follower
}

/** `meanwhile` comes after each block of the scan, with its number; what it starts has its turn before the next block. */
async function snapshotWhile(
  world: World,
  follower: DatabaseFollower,
  meanwhile: (block: number) => void,
): Promise<StagedSnapshot | null> {
  let block = 0
  let inside = false
  world.onSleep = () => {
    if (inside) return // waits of the syncs that it starts
    inside = true
    meanwhile(++block)
    inside = false
  }
  try {
    const snapshot = await follower.snapshot()
    assert.ok(block >= 3, `${block} blocks: too small to have anything go on meanwhile`)
    return snapshot
  } finally {
    world.onSleep = () => {}
  }
}

/** The staged file is the database at its TXID, as the level 0 files make it, and those are what the application sees. */
async function assertSnapshotIsRight(world: World, snapshot: StagedSnapshot | null): Promise<void> {
  assert.ok(snapshot !== null)
  const bytes = readFileSync(snapshot.path)
  assert.equal(bytes.length, snapshot.bytes)
  const file = decodeFileSpec(bytes)
  assert.deepEqual([file.minTXID, file.maxTXID], [1n, snapshot.txid])
  assert.equal(file.timestampMs, snapshot.timestampMs)
  world.assertCaptured()
  const upToIt = localFiles(world.metaPath).filter(({ maxTXID }) => maxTXID <= snapshot.txid)
  assert.equal(upToIt.at(-1)?.timestampMs, snapshot.timestampMs)
  assertSameImage(imageOf([file]), imageOf(upToIt), world.pageSize)
  assert.equal(readdirSync(snapshotDirectory(world.metaPath)).length, 1, 'nothing else is left behind')
}

test('stageSnapshot: nothing happens meanwhile → the database at our position, from TXID 1', async () => {
  using world = new World()
  const follower = await largeDatabase(world)
  world.insert(1)
  await follower.sync()
  const snapshot = await snapshotWhile(world, follower, () => {})
  assert.equal(snapshot?.txid, 2n)
  await assertSnapshotIsRight(world, snapshot)
})

test('stageSnapshot: it is silent and everything is uploaded, so that it would fall asleep → not before the snapshot is made', async () => {
  using world = new World()
  const follower = await largeDatabase(world)
  const slept: Promise<SleepOutcome>[] = []
  const snapshot = await snapshotWhile(world, follower, () => slept.push(follower.sleep(toTxid(1n))))
  await assertSnapshotIsRight(world, snapshot)
  for (const outcome of await Promise.all(slept)) assert.equal(outcome.kind, 'awake')
  assert.equal((await follower.sleep()).kind, 'asleep')
})

for (const pageSize of [512, 65_536]) {
  test(`stageSnapshot: page size ${pageSize}; commits, syncs, a checkpoint and a restart of the WAL meanwhile → the database at its TXID`, async () => {
    using world = new World({ pageSize })
    const follower = await largeDatabase(world)
    const other = world.connect()
    const salts: number[] = []
    const snapshot = await snapshotWhile(world, follower, (block) => {
      if (block === 2) {
        const { log, checkpointed } = world.checkpoint('PASSIVE')
        assert.equal(checkpointed, log)
      } else {
        other.exec('UPDATE t SET data = randomblob(2900) WHERE id % 97 = 0; DELETE FROM t WHERE id % 89 = 0')
        world.insert(3, 3000)
      }
      salts.push(world.walHeader().salt1)
      void follower.sync() // moves the pin out of the way
    })
    assert.notEqual(salts[2], salts[0], 'the WAL began anew in the middle of it')
    assert.ok((snapshot?.txid ?? 0n) > 2n)
    await assertSnapshotIsRight(world, snapshot)
    other.close()
  })
}

test('stageSnapshot: the application truncates the WAL between two blocks → the same', async () => {
  using world = new World()
  const follower = await largeDatabase(world)
  world.checkpoint('PASSIVE')
  await follower.sync() // the pin is in slot 0 now
  const snapshot = await snapshotWhile(world, follower, (block) => {
    if (block === 2) assert.equal(world.checkpoint('TRUNCATE').busy, 0)
    if (block !== 1) world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id % 50 = 0')
    void follower.sync()
  })
  assert.ok((snapshot?.txid ?? 0n) > 1n)
  await assertSnapshotIsRight(world, snapshot)
})

test('stageSnapshot: VACUUM shrinks the database, then it grows past its old size → the same', async () => {
  using world = new World()
  const follower = await largeDatabase(world)
  const snapshot = await snapshotWhile(world, follower, (block) => {
    if (block === 1) world.app.exec('DELETE FROM t WHERE id > 300; VACUUM')
    if (block === 2) world.checkpoint('PASSIVE')
    if (block === 3) world.insert(1600, 3000)
    void follower.sync()
  })
  await assertSnapshotIsRight(world, snapshot)
})

test('stageSnapshot: VACUUM shrinks it for good → the file holds the pages of the end, not of the beginning', async () => {
  using world = new World({ pageSize: 512 })
  const follower = await largeDatabase(world)
  const snapshot = await snapshotWhile(world, follower, (block) => {
    if (block !== 2) return
    world.app.exec('DELETE FROM t WHERE id > 30; VACUUM')
    void follower.sync()
  })
  await assertSnapshotIsRight(world, snapshot)
  assert.ok((snapshot?.bytes ?? 0) < 200_000, `${snapshot?.bytes} bytes`)
})

test('stageSnapshot: committed and moved into the database file before a block, and not synced → part of it, or of nothing', async () => {
  using world = new World()
  const follower = await largeDatabase(world)
  const snapshot = await snapshotWhile(world, follower, () => {
    world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id % 40 = 0')
    world.checkpoint('PASSIVE')
  })
  await assertSnapshotIsRight(world, snapshot)
  assertSameImage(imageOf(localFiles(world.metaPath)), world.image(), world.pageSize)
})

for (const [when, last] of [
  ['on the way', 2],
  ['after the last block', 3],
] as const) {
  test(`stageSnapshot: the position is lost ${when} → REPLICATOR_UNEXPECTED; the next one is right`, async () => {
    using world = new World()
    const follower = await largeDatabase(world)
    const failed = snapshotWhile(world, follower, (block) => {
      if (block === last) void follower.reset()
    })
    await assert.rejects(failed, { code: 'REPLICATOR_UNEXPECTED', advice: 'retry' })
    await follower.discardSnapshots()
    await follower.sync()
    await assertSnapshotIsRight(world, await follower.snapshot())
  })
}

test('stageSnapshot: closed on the way → it ends, no file', async () => {
  using world = new World()
  const follower = await largeDatabase(world)
  const closing: Promise<void>[] = []
  const failed = snapshotWhile(world, follower, (block) => {
    if (block === 2) closing.push(follower.close())
  })
  await assert.rejects(failed, (error) => isReplicatorError(error))
  await Promise.all(closing)
  assert.equal(existsSync(snapshotDirectory(world.metaPath)), false)
})

test('stageSnapshot: the disk is full → REPLICATOR_DISK, no file, the WAL is followed on', async () => {
  using world = new World()
  const follower = await largeDatabase(world)
  const cure = world.files.fail('write', 'ENOSPC', '/snapshot/')
  await assert.rejects(follower.snapshot(), { code: 'REPLICATOR_DISK' })
  cure()
  assert.equal(existsSync(snapshotDirectory(world.metaPath)), false)
  world.insert(1)
  const report = await follower.sync()
  assert.deepEqual([report.files.length, report.resync], [1, null])
  world.assertCaptured()
})

test('stageSnapshot: no position yet → nothing to write', async () => {
  using world = new World()
  const follower = await world.follow()
  assert.equal(await follower.snapshot(), null)
  assert.equal(existsSync(snapshotDirectory(world.metaPath)), false)
})

test('snapshots: discarded → the folder is gone; discarded again → fine', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  const snapshot = await follower.snapshot()
  assert.ok(snapshot !== null && existsSync(snapshot.path))
  await follower.discardSnapshots()
  await follower.discardSnapshots()
  assert.equal(existsSync(snapshotDirectory(world.metaPath)), false)
})

test('stageSnapshot: a file that it has to be put together with is gone → fails, and what was scanned is not left behind', async () => {
  using world = new World()
  const follower = await largeDatabase(world)
  const failed = snapshotWhile(world, follower, (block) => {
    if (block === 1) world.insert(1)
    if (block === 2) void follower.sync()
    if (block === 3) rmSync(`${world.metaPath}/ltx/0/0000000000000002-0000000000000002.ltx`)
  })
  await assert.rejects(failed, { code: 'ENOENT' })
  assert.equal(existsSync(snapshotDirectory(world.metaPath)), false)
})
