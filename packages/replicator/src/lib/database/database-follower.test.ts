import assert from 'node:assert/strict'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { test } from 'vitest'
import { toTxid } from '@ltx/format'
import { isReplicatorError } from '../errors.ts'
import { AppProcess } from '../../../test/app-process.ts'
import { localFiles } from '../../../test/local-image.ts'
import { World } from '../../../test/world.ts'

const failures: readonly [
  what: string,
  call: 'write' | 'sync' | 'rename' | 'open' | 'makeDirectory',
  code: string,
  advice: RegExp,
][] = [
  ['disk full while a level 0 file is staged', 'write', 'ENOSPC', /free some space/],
  ['quota used up', 'write', 'EDQUOT', /free some space/],
  ['the disk fails at the sync', 'sync', 'EIO', /health/],
  ['the disk fails at the rename', 'rename', 'EIO', /health/],
  ['the folder is not writable', 'open', 'EACCES', /write access/],
  ['the file system became read-only', 'open', 'EROFS', /meta-path/],
]

for (const [what, call, code, advice] of failures) {
  test(`disk: ${what} → REPLICATOR_DISK says what to do; nothing moves; all is captured when the cause is gone`, async () => {
    using world = new World()
    const follower = await world.follow()
    await follower.sync()
    world.insert(3)
    const cure = world.files.fail(call, code, '/ltx/0')
    for (let attempt = 0; attempt < 3; attempt++) {
      await assert.rejects(follower.sync(), (error) => {
        assert.ok(isReplicatorError(error, 'REPLICATOR_DISK'))
        assert.equal(error.advice, 'retry')
        assert.match(error.message, advice)
        return true
      })
    }
    world.checkpoint('TRUNCATE') // the pin is kept: what is not captured stays in the WAL
    world.insert(1)
    cure()
    const report = await follower.sync()
    assert.deepEqual([report.resync, report.files.length], [null, 1])
    assert.deepEqual(temporaries(world), [])
    world.assertCaptured()
  })
}

function temporaries(world: World): string[] {
  return readdirSync(`${world.metaPath}/ltx/0`).filter((name) => name.includes('.tmp'))
}

test('disk: no level 0 file can be written and the WAL passes its limit → let go, compared when the cause is gone', async () => {
  using world = new World({ settings: { pinnedWalBytesMax: 200_000 } })
  const follower = await world.follow()
  await follower.sync()
  world.insert(100, 3000)
  const cure = world.files.fail('write', 'ENOSPC', '/ltx/0')
  await assert.rejects(follower.sync(), { code: 'REPLICATOR_DISK' })
  assert.equal(world.checkpoint('TRUNCATE').busy, 0, 'nobody holds the WAL any more')
  world.insert(2)
  cure()
  const report = await follower.sync()
  assert.equal(report.resync?.because, 'not-covered')
  world.assertCaptured()
})

test('disk: the position cannot be written → the file is there, and the next start compares', async () => {
  using world = new World()
  const before = await world.follow()
  await before.sync()
  world.insert(3)
  const cure = world.files.fail('write', 'ENOSPC', '/position')
  await assert.rejects(before.sync(), { code: 'REPLICATOR_DISK' })
  world.crash()
  cure()
  world.insert(1)
  const after = await world.follow()
  assert.equal((await after.sync()).resync?.because, 'no-position')
  world.assertCaptured()
})

test('state folder: removed while we run → made again, nothing lost', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  const first = localFiles(world.metaPath)
  rmSync(world.metaPath, { recursive: true })
  world.insert(2)
  const report = await follower.sync()
  assert.deepEqual([report.files.length, report.lastTXID], [1, 2n])
  assert.equal(first.length, 1)
})

test('state folder: it cannot be made → REPLICATOR_DISK says what to do', async () => {
  using world = new World()
  world.files.fail('makeDirectory', 'EACCES', world.metaPath)
  await assert.rejects(world.follow(), (error) => isReplicatorError(error, 'REPLICATOR_DISK'))
})

test("state folder: mode and owner are the database file's, widened so that who may read may enter", async () => {
  using world = new World()
  chmodSync(world.path, 0o640)
  const follower = await world.follow()
  await follower.sync()
  assert.equal(statSync(world.metaPath).mode & 0o777, 0o750)
  assert.equal(statSync(`${world.metaPath}/ltx/0`).mode & 0o777, 0o750)
  const [name] = readdirSync(`${world.metaPath}/ltx/0`)
  assert.equal(statSync(`${world.metaPath}/ltx/0/${name}`).mode & 0o777, 0o640)
})

test('open: absent, empty, not a database → absent, absent, a clear error; later it is one → opened', async () => {
  using world = new World()
  world.app.close()
  const absent = world.newFollower()
  const kept = readFileSync(world.path)
  rmSync(world.path)
  assert.equal((await absent.open()).kind, 'absent')
  world.writeDatabase(new Uint8Array(0))
  assert.equal((await absent.open()).kind, 'absent')
  world.writeDatabase(new TextEncoder().encode('this is a text, and long enough to be one '.repeat(100)))
  await assert.rejects(
    absent.open(),
    (error) => isReplicatorError(error, 'REPLICATOR_NOT_A_DATABASE') && error.advice === 'retry',
  )
  world.writeDatabase(kept)
  assert.equal((await absent.open()).kind, 'opened')
})

test('open: another journal mode → switched once, and said; in use → REPLICATOR_NOT_WAL says what to do', async () => {
  using world = new World()
  world.app.pragma('journal_mode=delete')
  const reader = world.connect()
  reader.exec('BEGIN; SELECT 1 FROM t')
  reader.prepare('SELECT count(*) FROM t').get()
  await assert.rejects(world.newFollower().open(), (error) => isReplicatorError(error, 'REPLICATOR_NOT_WAL'))
  reader.close()
  const outcome = await world.newFollower().open()
  assert.equal('switchedToWal' in outcome && outcome.switchedToWal, true)
})

test('sync: the application leaves WAL mode between two of ours → impossible while we are there', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  assert.throws(() => world.app.pragma('journal_mode=delete'), { code: 'SQLITE_BUSY' })
})

test("ghost: one readFile of the database in our process drops SQLite's locks → seen by the slow poll, opened anew, compared", async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  readFileSync(world.path)
  const look = await follower.sync({ look: true })
  assert.equal(look.kind, 'replaced')
  world.insert(1)
  const report = await follower.sync()
  assert.equal(report.resync?.because, 'no-position')
  world.assertCaptured()
})

test('replaced: another file has the name → opened anew, compared; deleted → gone, at each look, and there is nothing to take a snapshot of', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  world.checkpoint('PASSIVE')
  world.reopenApp(() => {
    copyFileSync(world.path, `${world.path}.new`)
    rmSync(`${world.path}-wal`, { force: true })
    rmSync(`${world.path}-shm`, { force: true })
    renameSync(`${world.path}.new`, world.path)
  })
  world.insert(5)
  assert.equal((await follower.sync({ look: true })).kind, 'replaced')
  await follower.sync()
  world.assertCaptured()
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${world.path}${suffix}`)
  assert.equal((await follower.sync({ look: true })).kind, 'gone')
  assert.equal((await follower.sync()).kind, 'gone')
  assert.equal(await follower.snapshot(), null)
})

test('start: temporaries and snapshots of a process that died → swept', async () => {
  using world = new World()
  const before = await world.follow()
  await before.sync()
  world.crash()
  world.write('ltx/0/0000000000000002-0000000000000002.ltx.99.abcdef12.tmp', new Uint8Array(10))
  world.write('position.99.abcdef12.tmp', new Uint8Array(10))
  await world.follow()
  assert.deepEqual(temporaries(world), [])
  assert.equal(existsSync(`${world.metaPath}/position.99.abcdef12.tmp`), false)
})

test('writer killed while it writes, in mid-transaction → nothing of it is captured, and what follows is', async () => {
  using world = new World()
  const follower = await world.follow()
  await follower.sync()
  await using app = await AppProcess.start(world.path)
  await app.pragma('cache_size=5')
  await app.exec('BEGIN')
  for (let row = 0; row < 100; row++) await app.exec('INSERT INTO t (data) VALUES (randomblob(3000))')
  await follower.sync()
  await app.kill()
  world.insert(1)
  const report = await follower.sync()
  assert.deepEqual([report.files.length, report.resync], [1, null])
  world.assertCaptured()
})

test('start: not known what the replica holds, no position → compared with the page table, which takes nothing up meanwhile', async () => {
  using world = new World()
  world.insert(200, 2000)
  const before = await world.follow(null)
  for (let round = 0; round < 3; round++) {
    world.insert(1)
    await before.sync()
  }
  await before.confirm(toTxid(3n))
  assert.deepEqual((await before.trim(toTxid(9n))).deleted, [1n, 2n])
  world.crash()
  world.write('position', new Uint8Array(3))
  const follower = world.newFollower()
  await follower.open()
  const three = toTxid(3n)
  await follower.start({ keepLocal: true, lastTXID: three, newestFileMs: 0, confirmed: null, assumed: three })
  world.insert(1)
  const report = await follower.sync()
  assert.deepEqual([report.lastTXID, report.resync?.full], [4n, false])
  assert.deepEqual((await follower.trim(toTxid(9n))).deleted, [])
  assert.equal((await follower.sleep()).kind, 'awake')
})
