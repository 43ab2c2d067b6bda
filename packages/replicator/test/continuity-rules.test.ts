import assert from 'node:assert/strict'
import { copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { formatFileName, toTxid } from '@ltx/format'
import { decodeFileSpec } from '@ltx/format/testing'
import { test } from 'vitest'
import { sqliteError } from './hooked-driver.ts'
import { assertSameImage, imageOf, localFiles } from './local-image.ts'
import { World } from './world.ts'

// The rules of engine.md marked (!) that say when the WAL may be read on and when the database must be compared. Each test is the
// history in which a transaction was lost or invented without the rule.

test('covered: down while the WAL was emptied twice → compared, nothing lost', async () => {
  using world = new World()
  const before = await world.follow()
  await before.sync()
  world.crash()
  world.insert(5) // only ever in a generation that nobody of ours has seen
  world.checkpoint('TRUNCATE')
  world.insert(1)
  const after = await world.follow()
  const report = await after.sync()
  assert.equal(report.resync?.because, 'not-covered')
  world.assertCaptured()
})

test('covered: the WAL is restarted while we run → read on from its start, not compared', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  world.insert(5)
  await follower.sync()
  world.checkpoint('PASSIVE')
  await follower.sync() // hands the pin over: it is in slot 0 now
  assert.equal(world.checkpoint('RESTART').busy, 0)
  world.insert(1)
  const report = await follower.sync()
  assert.deepEqual([report.frames, report.resync, report.files.length], [1, null, 1])
  world.assertCaptured()
})

test('covered: two generations pass after the pin was begun and before it is read → compared', async () => {
  using world = new World()
  const before = await world.follow()
  await before.sync()
  world.crash()
  world.checkpoint('PASSIVE')
  const after = await world.follow() // the new pin is in slot 0: one restart may follow
  world.insert(3)
  const report = await after.sync()
  assert.equal(report.resync?.because, 'not-covered')
  world.assertCaptured()
})

test('covered: an empty WAL after a pause → compared, for what it held is in the database file only', async () => {
  using world = new World()
  const before = await world.follow()
  await before.sync()
  world.crash()
  world.insert(5)
  world.checkpoint('TRUNCATE')
  const after = await world.follow()
  const report = await after.sync()
  assert.equal(report.resync?.because, 'not-covered')
  world.assertCaptured()
})

test('covered: the WAL is emptied while we run → nothing to do, and the next frame is read without comparing', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  world.checkpoint('PASSIVE')
  await follower.sync()
  assert.equal(world.checkpoint('TRUNCATE').busy, 0)
  const empty = await follower.sync()
  assert.deepEqual([empty.kind, empty.files.length, empty.resync], ['synced', 0, null])
  world.insert(2)
  const next = await follower.sync()
  assert.deepEqual([next.files.length, next.resync], [1, null])
  world.assertCaptured()
})

test('stored pair: power loss, then the same generation written past our offset → compared, the stored file stays', async () => {
  using world = new World()
  const before = await world.follow()
  world.insert(1)
  await before.sync()
  const keptBytes = statSync(`${world.path}-wal`).size // what was durable: our newest file goes further
  world.insert(1)
  world.insert(2, 3000)
  const lost = await before.sync()
  assert.equal(lost.lastTXID, 2n)
  const salts = readFileSync(`${world.path}-wal`).subarray(16, 24)
  const file = localFiles(world.metaPath).at(-1)
  powerLoss(world, keptBytes)
  for (let i = 0; i < 8; i++) world.insert(1, 2500)
  assert.deepEqual(readFileSync(`${world.path}-wal`).subarray(16, 24), salts, 'it is the same generation')
  const after = await world.follow()
  const report = await after.sync()
  assert.deepEqual([report.resync?.because, report.lastTXID], ['wal-moved', 3n])
  assert.deepEqual(localFiles(world.metaPath).at(-2), file)
  world.assertCaptured()
})

test('stored pair: power loss, then the same generation written exactly up to our offset → compared', async () => {
  using world = new World()
  const before = await world.follow()
  world.insert(1)
  await before.sync()
  const keptBytes = statSync(`${world.path}-wal`).size
  for (let i = 0; i < 3; i++) world.insert(1, 10)
  const { frames } = await before.sync()
  powerLoss(world, keptBytes)
  for (let i = 0; i < 3; i++) world.insert(1, 11)
  const after = await world.follow()
  const report = await after.sync()
  assert.deepEqual([report.frames, report.resync?.because], [frames, 'wal-moved'])
  world.assertCaptured()
})

/** All processes end, and of the WAL only the first bytes were durable. */
function powerLoss(world: World, keptBytes: number): void {
  world.crash()
  const wal = `${world.path}-wal`
  copyFileSync(wal, `${world.path}.kept`)
  world.reopenApp(() => {
    copyFileSync(`${world.path}.kept`, wal)
    truncateSync(wal, keptBytes)
  })
}

test('nothing weaker: down while journal_size_limit cut the WAL → compared, although our last frame may still be there', async () => {
  using world = new World()
  world.app.pragma('journal_size_limit=0')
  const before = await world.follow()
  world.insert(3, 3000)
  await before.sync()
  world.crash()
  world.checkpoint('RESTART')
  world.insert(1, 50) // cuts the WAL, and one generation on
  world.checkpoint('RESTART')
  world.insert(1, 50)
  const after = await world.follow()
  const report = await after.sync()
  assert.equal(report.resync?.because, 'not-covered')
  world.assertCaptured()
})

test('position: older than the newest file → no cheap proof, compared', async () => {
  using world = new World()
  const before = await world.follow()
  await before.sync()
  const position = readFileSync(`${world.metaPath}/position`)
  world.insert(3)
  await before.sync()
  world.crash()
  world.write('position', position)
  const after = await world.follow()
  const report = await after.sync()
  assert.deepEqual([report.resync?.because, report.resync?.full], ['no-position', false])
  world.assertCaptured()
})

test('position: kept by kill -9 → read on from it, not a byte compared', async () => {
  using world = new World()
  const before = await world.follow()
  world.insert(3)
  await before.sync()
  world.crash()
  world.insert(2)
  const after = await world.follow()
  const report = await after.sync()
  assert.deepEqual([report.resync, report.files.length, report.lastTXID], [null, 1, toTxid(2n)])
  world.assertCaptured()
})

test('handed over twice: a commit before the first, moved into the database file before the second → not let go unread', async () => {
  using world = new World({
    checkpoints: true,
    settings: { minCheckpointPageCount: 1, checkpointIntervalMs: 0 },
  })
  const follower = await world.follow()
  await follower.sync()
  world.insert(1)
  let begun = 0
  let ours = true
  world.driver.before((sql) => {
    if (!ours) return
    ours = false
    if (sql === 'BEGIN' && ++begun === 2) world.insert(7, 3000)
    if (sql === 'BEGIN' && begun === 3) world.checkpoint('PASSIVE')
    if (sql === 'main.wal_checkpoint(PASSIVE)') world.app.exec('CREATE TABLE IF NOT EXISTS other (id)')
    ours = true
  })
  const report = await follower.sync()
  assert.deepEqual([report.checkpoint.kind, report.resync], ['quiet', null])
  await follower.sync()
  world.assertCaptured()
})

test('no pin: it was let go, the WAL is emptied twice, and sleep or a snapshot comes first → nothing is read without a pin', async () => {
  using world = new World({ settings: { pinnedWalBytesMax: 1 } })
  const follower = await world.follow()
  await follower.sync()
  const stop = world.files.fail('rename', 'ENOSPC', '.ltx')
  world.insert(3)
  await assert.rejects(follower.sync(), /REPLICATOR_DISK/)
  stop()
  assert.equal((await follower.sleep()).kind, 'awake')
  world.insert(20, 2000)
  world.checkpoint('TRUNCATE')
  world.insert(1)
  world.checkpoint('TRUNCATE')
  world.insert(1)
  assert.equal((await follower.sleep()).kind, 'awake')
  assert.equal(await follower.snapshot(), null)
  assert.equal(localFiles(world.metaPath).length, 1)
  assert.equal((await follower.sync()).resync?.because, 'not-covered')
  world.assertCaptured()
})

test('snapshot: it scanned pages of a commit that no sync could read afterwards → refused, not one that names another state', async () => {
  using world = new World()
  const follower = await world.follow()
  world.insert(3000, 1500)
  await follower.sync()
  world.checkpoint('PASSIVE')
  await follower.sync()
  world.driver.once('BEGIN', () => world.app.exec('UPDATE t SET data = randomblob(1500)'))
  world.insert(1)
  await follower.sync()
  world.checkpoint('PASSIVE') // the update, which nobody has read, is in the database file
  const stop = world.driver.before((sql) => {
    if (sql === 'main.wal_checkpoint(NOOP)') throw sqliteError('SQLITE_PROTOCOL')
  })
  await assert.rejects(follower.snapshot(), /REPLICATOR_UNEXPECTED/)
  stop()
  const staged = await follower.snapshot()
  assert.ok(staged !== null)
  assertSameImage(imageOf([decodeFileSpec(readFileSync(staged.path))]), world.image(), world.pageSize)
})

test('page table from the database: a commit that nobody has read is in the database file → it is read first, the table is not ahead', async () => {
  using world = new World()
  const before = await world.follow()
  world.insert(50, 3000)
  await before.sync()
  world.checkpoint('PASSIVE')
  await before.sync()
  world.insert(1)
  world.driver.once('BEGIN', () => world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id = 20'))
  await before.sync()
  world.checkpoint('PASSIVE')
  const stored = localFiles(world.metaPath)
  rmSync(`${world.metaPath}/ltx/0/${formatFileName(toTxid(1n), toTxid(1n))}`) // no first image, no table: as after a rebase
  await before.confirm(toTxid(2n))
  await before.trim(toTxid(2n))
  rmSync(`${world.metaPath}/ltx/0/${formatFileName(toTxid(3n), toTxid(3n))}`, { force: true }) // lost before it was uploaded
  world.crash()
  world.checkpoint('TRUNCATE')
  world.insert(1)
  const after = await world.follow(toTxid(2n))
  await after.sync()
  const following = localFiles(world.metaPath).filter(({ minTXID }) => minTXID > 2n)
  assertSameImage(imageOf([...stored, ...following]), world.image(), world.pageSize)
})

test('damaged local file: what the database is to be compared with is not known → written whole, not stuck for ever', async () => {
  using world = new World()
  const before = await world.follow()
  world.insert(5)
  await before.sync()
  world.crash()
  const path = `${world.metaPath}/ltx/0/${formatFileName(toTxid(1n), toTxid(1n))}`
  const sound = readFileSync(path)
  writeFileSync(path, sound.with(200, (sound[200] ?? 0) ^ 1))
  for (let round = 0; round < 2; round++) {
    world.insert(1)
    world.checkpoint('TRUNCATE')
  }
  const after = await world.follow()
  assert.deepEqual((await after.sync()).resync, { because: 'not-covered', full: true })
  writeFileSync(path, sound) // as it is in the replica
  world.assertCaptured()
})
