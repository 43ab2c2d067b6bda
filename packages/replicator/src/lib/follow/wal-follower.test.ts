import assert from 'node:assert/strict'
import { utimesSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import { AppProcess } from '../../../test/app-process.ts'
import { localFiles } from '../../../test/local-image.ts'
import { World } from '../../../test/world.ts'

/** A transaction with frames in the WAL that are not published: its pages did not fit into the cache. Returns its commit. */
function spill(world: World, rows = 200): () => void {
  const app = world.app
  app.pragma('cache_size=5')
  app.pragma('cache_spill=5')
  app.exec('BEGIN')
  for (let row = 0; row < rows; row++) app.exec('INSERT INTO t (data) VALUES (randomblob(3000))')
  return () => app.exec('COMMIT')
}

test('unpublished: frames past our position are published while we wait → captured by the same sync', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  const commit = spill(world)
  let waits = 0
  world.onSleep = () => {
    if (++waits === 3) commit()
  }
  const report = await follower.sync()
  assert.deepEqual([report.files.length, report.unpublished], [1, false])
  world.assertCaptured()
})

test('unpublished: the first frames of the next generation → waited for as well', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  world.checkpoint('PASSIVE')
  await follower.sync()
  const commit = spill(world)
  let waits = 0
  world.onSleep = () => {
    if (++waits === 3) commit()
  }
  const report = await follower.sync()
  assert.deepEqual([report.files.length, report.resync], [1, null])
  world.assertCaptured()
})

test('unpublished: a transaction that stays open → left to the next look after a second, nothing of it is taken', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  const commit = spill(world)
  const report = await follower.sync()
  assert.deepEqual([report.kind, report.files.length, report.unpublished], ['synced', 0, false])
  world.app.exec('ROLLBACK')
  world.insert(1)
  await follower.sync()
  world.assertCaptured()
  assert.throws(commit)
})

test('unpublished: synchronous=FULL in another process, its event before the publication → in a file at once', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  await using app = await AppProcess.start(world.path)
  await app.pragma('synchronous=FULL')
  for (let commit = 0; commit < 20; commit++) {
    const written = world.walEvent()
    const done = app.exec('INSERT INTO t (data) VALUES (randomblob(200))')
    await written
    const report = await follower.sync()
    assert.equal(report.files.length, 1, `commit ${commit}: the event came, and so did a file`)
    await done
    await follower.sync()
  }
  world.assertCaptured()
})

test('sync: one level 0 file per sync, its header tells the range of the WAL', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  const before = world.walHeader()
  world.insert(3)
  world.insert(2)
  await follower.sync()
  const file = localFiles(world.metaPath).at(-1)
  assert.equal(file?.minTXID, file?.maxTXID)
  assert.deepEqual([file?.walSalt1, file?.walSalt2], [before.salt1, before.salt2])
  assert.equal(file?.walOffset, 32n + 2n * BigInt(24 + world.pageSize))
  assert.equal(Number((file?.walOffset ?? 0n) + (file?.walSize ?? 0n)), world.walBytes())
})

test('sync: many committed transactions and a small limit → several files, each ends with a commit, together everything', async () => {
  using world = new World({ settings: { maxSyncWalBytes: 20_000 } })
  const follower = await world.follow()
  await follower.sync()
  for (let i = 0; i < 10; i++) world.insert(1, 5000)
  const report = await follower.sync()
  assert.ok(report.files.length > 2, `${report.files.length} files`)
  world.assertCaptured()
})

test('sync: a commit between two looks → an idle pin is handed over, the application may truncate', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  world.insert(2)
  await follower.sync()
  world.checkpoint('PASSIVE')
  assert.equal(world.checkpoint('TRUNCATE').busy, 1, 'the pin is in front of what was backfilled')
  await follower.sync()
  assert.equal(world.checkpoint('TRUNCATE').busy, 0)
})

test('sync: pages are being moved, SQLite tells it later and without an event → waited for, the pin is out of the way', async () => {
  using world = new World()
  const follower = await world.follow()
  world.insert(2)
  await follower.sync()
  world.insert(2)
  await follower.sync()
  const soon = Date.now() / 1000 + 1
  utimesSync(world.path, soon, soon) // as if a checkpoint had written pages and were syncing them
  let waits = 0
  world.onSleep = () => {
    if (++waits === 3) world.checkpoint('PASSIVE')
  }
  await follower.sync()
  world.onSleep = () => {}
  assert.equal(waits, 3)
  assert.equal(world.checkpoint('TRUNCATE').busy, 0)
})

test('sync: a checkpoint is over, commits follow → what finds nothing new does not wait for the checkpoint', async () => {
  using world = new World()
  const follower = await world.follow()
  world.insert(2)
  await follower.sync()
  world.checkpoint('PASSIVE')
  await follower.sync()
  world.insert(1)
  await follower.sync()
  let waits = 0
  world.onSleep = () => waits++
  assert.equal((await follower.sync()).backfilling, false)
  assert.equal(waits, 0)
})

test('timestamps: the wall clock goes back → files do not, also after a restart and a lost position', async () => {
  using world = new World()
  const first = await world.follow()
  await first.sync()
  world.insert(1)
  await first.sync()
  world.wallShiftMs = -3_600_000
  world.insert(1)
  await first.sync()
  world.crash()
  world.insert(1)
  const second = await world.follow()
  await second.sync()
  world.crash()
  world.write('position', new Uint8Array(3))
  world.insert(1)
  const third = await world.follow()
  const report = await third.sync()
  assert.equal(report.resync?.because, 'no-position')
  const times = localFiles(world.metaPath).map(({ timestampMs }) => timestampMs)
  assert.equal(times.length, 5)
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  )
})

test('sync: VACUUM that shrinks, growth, shrink and growth again → every file leaves exactly the database', async () => {
  using world = new World({ pageSize: 512 })
  const follower = await world.follow()
  world.insert(200, 400)
  await follower.sync()
  const steps = [
    'DELETE FROM t WHERE id > 20',
    'VACUUM',
    'INSERT INTO t (data) SELECT randomblob(3000) FROM t',
  ]
  for (const step of [...steps, ...steps]) {
    world.app.exec(step)
    await follower.sync()
    world.assertCaptured()
  }
})

test('sync: shrunk and regrown inside one sync → the pages it grew by are in the file', async () => {
  using world = new World({ pageSize: 512 })
  const follower = await world.follow()
  world.insert(100, 400)
  await follower.sync()
  world.app.exec('DELETE FROM t; VACUUM')
  world.insert(90, 400)
  const report = await follower.sync()
  assert.deepEqual([report.files.length, report.resync], [1, null])
  world.assertCaptured()
})

for (const pageSize of [512, 65_536]) {
  test(`sync: page size ${pageSize} → captured over restarts of the WAL`, async () => {
    using world = new World({ pageSize })
    const follower = await world.follow()
    for (let round = 0; round < 4; round++) {
      world.insert(10, 2000)
      await follower.sync()
      world.checkpoint('PASSIVE')
      await follower.sync()
    }
    const reports = await follower.sync()
    assert.equal(reports.resync, null)
    world.assertCaptured()
  })
}

test('sync: SQLite gives no answer while an index is torn → busy, nothing forgotten, read on later', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  world.insert(1)
  const stop = world.driver.before((sql) => {
    if (sql.includes('NOOP')) throw Object.assign(new Sqlite.SqliteError('torn', 'SQLITE_PROTOCOL'))
  })
  const busy = await follower.sync()
  stop()
  assert.deepEqual([busy.kind, busy.files.length], ['busy', 0])
  const report = await follower.sync()
  assert.deepEqual([report.files.length, report.resync], [1, null])
  world.assertCaptured()
})
