import assert from 'node:assert/strict'
import { test } from 'vitest'
import { sqliteError } from '../../../test/hooked-driver.ts'
import { World } from '../../../test/world.ts'

/** Quiet by size after 10 frames, under load after 100. */
const SMALL = { checkpoints: true, settings: { minCheckpointPageCount: 10, checkpointIntervalMs: 0 } }

function locks(world: World): number {
  return world.driver.statements.filter((sql) => sql === 'BEGIN IMMEDIATE').length
}

/** Writers slip in after each question of ours, so that no checkpoint catches up by itself. */
function writersNeverPause(world: World, untilLock: boolean): void {
  let answering = false
  world.driver.before((sql) => {
    if (answering || sql !== 'main.wal_checkpoint(PASSIVE)') return
    if (untilLock && locks(world) > 0) return
    answering = true
    world.insert(1)
    answering = false
  })
}

test('checkpointQuietly: nobody writes → all in the database file, the next writer begins the WAL anew', async () => {
  using world = new World(SMALL)
  const follower = await world.follow()
  world.insert(50, 3000)
  const report = await follower.sync()
  assert.partialDeepStrictEqual(report.checkpoint, {
    kind: 'quiet',
    result: { kind: 'done', lockedMs: null },
  })
  assert.equal(locks(world), 0)
  const before = world.walHeader()
  world.insert(1)
  assert.notEqual(world.walHeader().salt1, before.salt1)
  const next = await follower.sync()
  assert.deepEqual([next.resync, next.files.length, next.frames], [null, 1, 1])
  world.assertCaptured()
})

test('checkpointQuietly: a reader of the application holds the WAL → says so, takes no lock, then waits a while', async () => {
  using world = new World(SMALL)
  const follower = await world.follow()
  await follower.sync()
  const reader = world.connect()
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM t').get()
  world.insert(500, 3000)
  const held = await follower.sync()
  assert.equal(held.checkpoint.kind, 'under-load')
  assert.deepEqual('result' in held.checkpoint && held.checkpoint.result, {
    kind: 'reader',
    frames: held.frames,
    backfilled: 2,
  })
  assert.equal(locks(world), 0)
  const soon = await follower.sync()
  assert.equal(soon.checkpoint.kind, 'none', 'the next try comes after a second at the earliest')
  reader.close()
  world.assertCaptured()
})

test('checkpointQuietly: another process is checkpointing → later, not done', async () => {
  using world = new World(SMALL)
  const follower = await world.follow()
  world.insert(50, 3000)
  const stop = world.driver.before((sql) => {
    if (sql === 'main.wal_checkpoint(PASSIVE)') throw sqliteError('SQLITE_BUSY')
  })
  const report = await follower.sync()
  stop()
  assert.deepEqual('result' in report.checkpoint && report.checkpoint.result, { kind: 'later' })
  world.assertCaptured()
})

test('checkpointUnderLoad: writers slip in at every step → a short lock moves all, the WAL begins anew, nothing is compared', async () => {
  using world = new World(SMALL)
  const follower = await world.follow()
  await follower.sync()
  world.insert(500, 3000)
  writersNeverPause(world, true)
  const report = await follower.sync()
  assert.equal(report.checkpoint.kind, 'under-load')
  assert.equal('result' in report.checkpoint && report.checkpoint.result.kind, 'done')
  assert.equal(locks(world), 1)
  const before = world.walHeader()
  world.insert(1)
  assert.notEqual(
    world.walHeader().salt1,
    before.salt1,
    'all frames were in the database file, under our lock',
  )
  const next = await follower.sync()
  assert.equal(next.resync, null)
  world.assertCaptured()
})

test('checkpointUnderLoad: the writers checkpoint themselves → they move all, and a short lock the rest of a few frames', async () => {
  using world = new World(SMALL)
  const follower = await world.follow()
  await follower.sync()
  world.insert(500, 3000)
  let answering = false
  world.driver.before((sql) => {
    if (answering || locks(world) > 0 || sql !== 'main.wal_checkpoint(PASSIVE)') return
    answering = true
    world.checkpoint('PASSIVE') // as far as our pin
    world.insert(1)
    answering = false
    throw sqliteError('SQLITE_BUSY')
  })
  const report = await follower.sync()
  assert.equal(report.checkpoint.kind, 'under-load')
  assert.equal('result' in report.checkpoint && report.checkpoint.result.kind, 'done')
  assert.equal(locks(world), 1)
  const { salt1 } = world.walHeader()
  world.insert(1)
  assert.notEqual(world.walHeader().salt1, salt1)
  assert.equal((await follower.sync()).resync, null)
  world.assertCaptured()
})

test('checkpointUnderLoad: a long tail at the lock → given up while the old pin is held, nothing is compared later', async () => {
  using world = new World(SMALL)
  const follower = await world.follow()
  await follower.sync()
  world.insert(500, 3000)
  writersNeverPause(world, true)
  world.driver.once('BEGIN IMMEDIATE', () => world.insert(1500, 3000))
  const report = await follower.sync()
  assert.equal(locks(world), 1)
  assert.deepEqual('result' in report.checkpoint && report.checkpoint.result, { kind: 'later' })
  world.checkpoint('TRUNCATE') // would leave us behind, if no pin were held
  world.insert(1)
  const next = await follower.sync()
  assert.equal(next.resync, null)
  world.assertCaptured()
})

test('checkpointUnderLoad: more is written during a round than any lock is worth → no lock; in the flood no other try until the WAL is twice as long, after it at once', async () => {
  using world = new World(SMALL)
  const follower = await world.follow()
  await follower.sync()
  world.insert(500, 3000)
  let answering = false
  const stop = world.driver.before((sql) => {
    if (answering || sql !== 'main.wal_checkpoint(PASSIVE)') return
    answering = true
    world.insert(10_500, 3000)
    answering = false
  })
  const report = await follower.sync()
  stop()
  assert.equal(report.checkpoint.kind, 'under-load')
  assert.deepEqual('result' in report.checkpoint && report.checkpoint.result, { kind: 'later' })
  assert.equal(locks(world), 0)
  world.insert(300, 3000)
  assert.equal((await follower.sync()).checkpoint.kind, 'none')
  world.elapsedShiftMs = 60_000
  world.insert(1)
  const after = await follower.sync()
  assert.equal('result' in after.checkpoint && after.checkpoint.result.kind, 'done')
  world.assertCaptured()
})

test('checkpointUnderLoad: the same tail at the end of a long WAL → it is worth the lock', async () => {
  using world = new World(SMALL)
  const follower = await world.follow()
  await follower.sync()
  world.insert(17_000, 3000)
  writersNeverPause(world, true)
  world.driver.once('BEGIN IMMEDIATE', () => world.insert(1500, 3000))
  const report = await follower.sync()
  assert.equal(locks(world), 1)
  assert.equal('result' in report.checkpoint && report.checkpoint.result.kind, 'done')
  world.insert(1) // begins the WAL anew
  assert.equal((await follower.sync()).resync, null)
  world.assertCaptured()
})

test('checkpointUnderLoad: a checkpoint of the application goes on when we have the lock → its end is waited for', async () => {
  using world = new World(SMALL)
  const follower = await world.follow()
  await follower.sync()
  world.insert(500, 3000)
  writersNeverPause(world, true)
  let left = 3
  world.driver.before((sql) => {
    if (sql === 'main.wal_checkpoint(PASSIVE)' && locks(world) > 0 && left-- > 0)
      throw sqliteError('SQLITE_BUSY')
  })
  const report = await follower.sync()
  assert.equal('result' in report.checkpoint && report.checkpoint.result.kind, 'done')
  assert.ok(left < 0)
  const { salt1 } = world.walHeader()
  world.insert(1)
  assert.notEqual(world.walHeader().salt1, salt1)
  await follower.sync()
  world.assertCaptured()
})

test('checkpointUnderLoad: a checkpoint of the application that does not end → later, no pin was lost', async () => {
  using world = new World(SMALL)
  const follower = await world.follow()
  await follower.sync()
  world.insert(500, 3000)
  writersNeverPause(world, true)
  const stop = world.driver.before((sql) => {
    if (sql === 'main.wal_checkpoint(PASSIVE)' && locks(world) > 0) throw sqliteError('SQLITE_BUSY')
  })
  const report = await follower.sync()
  stop()
  assert.deepEqual('result' in report.checkpoint && report.checkpoint.result, { kind: 'later' })
  world.insert(1)
  assert.equal((await follower.sync()).resync, null)
  world.assertCaptured()
})

test('checkpointUnderLoad: the tail cannot be written after the lock → compared at the next sync, nothing is lost', async () => {
  using world = new World(SMALL)
  const follower = await world.follow()
  await follower.sync()
  world.insert(500, 3000)
  writersNeverPause(world, true)
  const cures: (() => void)[] = []
  world.driver.once('BEGIN IMMEDIATE', () => {
    world.insert(1)
    cures.push(world.files.fail('write', 'ENOSPC', '/ltx/0/'))
  })
  await assert.rejects(follower.sync(), { code: 'REPLICATOR_DISK' })
  world.insert(1) // begins the WAL anew, over the tail that is in no file
  for (const cure of cures) cure()
  const report = await follower.sync()
  assert.equal(report.resync?.because, 'not-covered')
  world.assertCaptured()
})

test('checkpointUnderLoad: the new pin cannot begin → not covered, and right all the same', async () => {
  using world = new World(SMALL)
  const follower = await world.follow()
  await follower.sync()
  world.insert(500, 3000)
  writersNeverPause(world, true)
  world.driver.once('BEGIN IMMEDIATE', () => {
    world.insert(1)
    world.driver.once('BEGIN', () => {
      throw sqliteError('SQLITE_PROTOCOL')
    })
  })
  await follower.sync()
  world.insert(1)
  const report = await follower.sync()
  assert.equal(report.resync?.because, 'not-covered')
  world.assertCaptured()
})

test('checkpointUnderLoad: a writer has the lock → later, no pin was dropped', async () => {
  using world = new World(SMALL)
  const follower = await world.follow()
  await follower.sync()
  world.insert(500, 3000)
  writersNeverPause(world, true)
  world.driver.once('BEGIN IMMEDIATE', () => world.app.exec('BEGIN IMMEDIATE'))
  const report = await follower.sync()
  assert.deepEqual('result' in report.checkpoint && report.checkpoint.result, { kind: 'later' })
  world.app.exec('COMMIT')
  const next = await follower.sync()
  assert.equal(next.resync, null)
})

test('shrinkWal: a WAL file larger than the limit, all in the database file → cut; a reader in the way → later', async () => {
  using world = new World({
    checkpoints: true,
    settings: { minCheckpointPageCount: 10, checkpointIntervalMs: 0, truncatePageN: 20 },
  })
  const follower = await world.follow()
  world.insert(50, 3000)
  assert.equal((await follower.sync()).checkpoint.kind, 'quiet')
  const reader = world.connect()
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM t').get()
  const held = await follower.sync()
  assert.equal(held.checkpoint.kind, 'shrink')
  reader.close()
  await follower.sync()
  assert.equal(world.walBytes(), 0)
  world.insert(1)
  const next = await follower.sync()
  assert.deepEqual([next.resync, next.files.length], [null, 1])
  world.assertCaptured()
})
