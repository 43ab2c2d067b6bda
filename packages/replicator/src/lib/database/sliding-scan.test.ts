import assert from 'node:assert/strict'
import { test } from 'vitest'
import { sqliteError } from '../../../test/hooked-driver.ts'
import { localFiles } from '../../../test/local-image.ts'
import { assertGoesOn, leftBehind, ROWS, slidingWorld, syncWhile } from '../../../test/sliding-world.ts'
import { scanDirectory } from './sliding-scan.ts'

test('SlidingScan: nothing happens meanwhile → the first image, and it says where in the WAL it ends', async () => {
  using world = slidingWorld()
  const follower = await world.follow()
  const report = await syncWhile(world, follower, () => {})
  assert.deepEqual([report.kind, report.resync], ['synced', { because: 'no-position', full: true }])
  assert.deepEqual([report.files.length, report.lastTXID], [1, 1n])
  const [file] = localFiles(world.metaPath)
  assert.deepEqual([file?.walOffset, file?.walSize], [32n, BigInt(world.walBytes() - 32)])
  await assertGoesOn(world, follower)
})

test('SlidingScan: by difference, nothing happens meanwhile → the pages that differ; nothing differs → no file', async () => {
  using world = slidingWorld()
  const before = await world.follow()
  await before.sync()
  world.crash()
  world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id = 2000')
  world.checkpoint('TRUNCATE')
  const after = await world.follow()
  const report = await syncWhile(world, after, () => {})
  assert.deepEqual([report.resync, report.lastTXID], [{ because: 'not-covered', full: false }, 2n])
  assert.ok((localFiles(world.metaPath)[1]?.pages.length ?? 0) < 10)
  world.crash()
  world.checkpoint('TRUNCATE')
  const again = await world.follow()
  const equal = await syncWhile(world, again, () => {})
  assert.deepEqual([equal.resync, equal.files.length, equal.lastTXID], [report.resync, 0, 2n])
  await assertGoesOn(world, again)
})

for (const pageSize of [512, 4096, 65_536]) {
  for (const what of ['the first image', 'a difference'] as const) {
    test(`SlidingScan: ${what}, page size ${pageSize}; commits, checkpoints and restarts of the WAL meanwhile → exactly the database`, async () => {
      using world = slidingWorld({ pageSize })
      if (what === 'a difference') await leftBehind(world)
      const other = world.connect()
      const salts = new Set<number>()
      const follower = await world.follow()
      const report = await syncWhile(world, follower, (block) => {
        if (block % 2 === 0) {
          const { log, checkpointed } = world.checkpoint('PASSIVE')
          assert.equal(checkpointed, log, 'the pin was handed over: nothing holds pages back')
          return
        }
        other.exec('UPDATE t SET data = randomblob(2900) WHERE id % 97 = 0; DELETE FROM t WHERE id % 89 = 0')
        world.insert(3, 3000)
        salts.add(world.walHeader().salt1)
      })
      other.close()
      assert.ok(salts.size > 1, 'the WAL began anew in the middle of it')
      assert.equal(report.resync?.full, what === 'the first image')
      await assertGoesOn(world, follower)
    })
  }
}

test('SlidingScan: what is committed while the file is put together → level 0 files of their own after it, in one report', async () => {
  using world = slidingWorld()
  const follower = await world.follow()
  let isScanned = false
  const stop = world.files.before((call, path) => {
    if (call === 'rename' && path.startsWith(scanDirectory(world.metaPath))) isScanned = true
  })
  let commits = 0
  const report = await syncWhile(world, follower, (block) => {
    if (block === 1 || (isScanned && commits < 2))
      world.app.exec('UPDATE t SET data = randomblob(10) WHERE id = 5')
    if (isScanned) commits++
  })
  stop()
  assert.ok(commits >= 2)
  const files = localFiles(world.metaPath)
  assert.deepEqual(
    report.files.map(({ txid }) => txid),
    files.map(({ maxTXID }) => maxTXID),
  )
  assert.equal(report.lastTXID, 3n)
  const [first, second] = files
  assert.equal(
    second?.walOffset,
    (first?.walOffset ?? 0n) + (first?.walSize ?? 0n),
    'they follow one another',
  )
  await assertGoesOn(world, follower)
})

test('SlidingScan: the application truncates the WAL between two blocks → the same', async () => {
  using world = slidingWorld()
  world.checkpoint('TRUNCATE')
  const follower = await world.follow()
  let truncated = false
  await syncWhile(world, follower, (block) => {
    if (block === 1) world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id % 50 = 0')
    if (block === 2) world.checkpoint('PASSIVE') // the pin comes to slot 0
    if (block === 3) truncated = world.checkpoint('TRUNCATE').busy === 0
    if (block === 4) world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id % 51 = 0')
  })
  assert.ok(truncated)
  await assertGoesOn(world, follower)
})

test('SlidingScan: VACUUM shrinks the database, then it grows past its old size → the same', async () => {
  using world = slidingWorld()
  const follower = await world.follow()
  await syncWhile(world, follower, (block) => {
    if (block === 1) world.app.exec('DELETE FROM t WHERE id > 300; VACUUM')
    if (block === 2) world.checkpoint('PASSIVE')
    if (block === 3) world.insert(ROWS + 500, 3000)
  })
  await assertGoesOn(world, follower)
})

test('SlidingScan: VACUUM shrinks it for good → the file holds the pages of the end, not of the beginning', async () => {
  using world = slidingWorld({ pageSize: 512 })
  const follower = await world.follow()
  const report = await syncWhile(world, follower, (block) => {
    if (block === 2) world.app.exec('DELETE FROM t WHERE id > 30; VACUUM')
  })
  assert.ok((report.files[0]?.bytes ?? 0) < 200_000, `${report.files[0]?.bytes} bytes`)
  await assertGoesOn(world, follower)
})

test('SlidingScan: committed and moved into the database file before a block, and read by no sync → as it is at the end', async () => {
  using world = slidingWorld()
  const follower = await world.follow()
  const stop = world.files.before((call, path) => {
    if (call !== 'read' || path !== world.path) return
    world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id % 40 = 0')
    world.checkpoint('PASSIVE')
  })
  const scanning = syncWhile(world, follower, () => {})
  await scanning
  stop()
  await assertGoesOn(world, follower)
})

test('SlidingScan: checkpoints are ours to make → they are made meanwhile, and the WAL stays short', async () => {
  using world = slidingWorld({
    checkpoints: true,
    settings: { minCheckpointPageCount: 200, checkpointIntervalMs: 0 },
  })
  world.checkpoint('TRUNCATE')
  const follower = await world.follow()
  let [written, most] = [0, 0]
  await syncWhile(world, follower, (block) => {
    world.insert(400, 3000)
    written += 400 * 3000
    if (block > 1) most = Math.max(most, world.walBytes())
  })
  assert.ok(written > 5e6, `${written} bytes written`)
  assert.ok(most < written / 2, `a WAL of ${most} bytes, of ${written} written`)
  await assertGoesOn(world, follower)
})

test('SlidingScan: SQLite gives no answer after the last block → no file; later, exactly the database', async () => {
  using world = slidingWorld()
  const follower = await world.follow()
  let isLast = false
  const cures: (() => void)[] = []
  const stop = world.files.before((call, path) => {
    if (call !== 'read' || path !== world.path) return
    world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id % 40 = 0')
    world.checkpoint('PASSIVE')
  })
  const refusals: number[] = []
  const report = await syncWhile(world, follower, (block) => {
    isLast ||= block === 3
    if (!isLast || cures.length > 0) return
    cures.push(
      world.driver.before((sql) => {
        if (sql !== 'main.wal_checkpoint(NOOP)' || refusals.length >= 6) return
        refusals.push(localFiles(world.metaPath).length)
        throw sqliteError('SQLITE_PROTOCOL')
      }),
    )
  })
  stop()
  assert.deepEqual(refusals, [0, 0, 0, 0, 0, 0])
  assert.equal(report.kind, 'synced')
  await assertGoesOn(world, follower)
})

test('SlidingScan: committed before a hand-over, moved into the database file, scanned and read by no turn → one sync more, the file holds all of it', async () => {
  using world = slidingWorld()
  world.checkpoint('TRUNCATE')
  const follower = await world.follow()
  let block = 0
  world.onSleep = () => {
    if (++block === 1) {
      world.elapsedShiftMs += 1000 // one turn, and then no time passes
      world.driver.once('BEGIN', () => world.app.exec('UPDATE t SET data = randomblob(3000)'))
    }
    if (block === 2) assert.ok(world.checkpoint('PASSIVE').checkpointed > 3000)
  }
  const report = await follower.sync()
  world.onSleep = () => {}
  assert.ok(block > 2)
  assert.equal(report.files.length, 1)
  await assertGoesOn(world, follower)
})

test('SlidingScan: a difference overlaid with a commit → it claims the WAL to its end and holds the page of the last frame, as Litestream asks', async () => {
  using world = slidingWorld()
  await leftBehind(world)
  const follower = await world.follow()
  const report = await syncWhile(world, follower, (block) => {
    if (block === 1) world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id = 2500')
  })
  assert.deepEqual([report.files.length, report.lastTXID], [1, 2n])
  const file = localFiles(world.metaPath)[1]
  const { salt1, salt2 } = world.walHeader()
  assert.deepEqual([file?.walOffset, file?.walSize], [32n, BigInt(world.walBytes() - 32)])
  assert.deepEqual([file?.walSalt1, file?.walSalt2], [salt1, salt2])
  const pages = file?.pages.map(({ pageNumber }) => pageNumber) ?? []
  assert.ok(pages.includes(world.lastFramePage()))
  assert.ok(pages.length < 20, `${pages.length} pages`)
  await assertGoesOn(world, follower)
})
