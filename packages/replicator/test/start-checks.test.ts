import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, readFileSync, rmSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { memoryClient } from '@ltx/client-core/memory'
import { nodeEnv } from '@ltx/env/node'
import { toTxid } from '@ltx/format'
import { restore } from '@ltx/restore'
import { test } from 'vitest'
import type { DatabaseFollower } from '../src/lib/database/database-follower.ts'
import { assertSameImage, localFiles } from './local-image.ts'
import { ScratchStore } from './scratch-store.ts'
import { World } from './world.ts'

// What position and WAL do not tell after a pause: the database file was changed under a kept -wal, or a TXID means another file now.

/** 1,500 rows in the database file (three blocks of a scan), 20 of them changed again in a generation of the WAL that is kept; then we are killed. */
async function killed(world: World): Promise<void> {
  const before = await world.follow()
  world.insert(1500, 3000)
  await before.sync()
  world.checkpoint('PASSIVE')
  await before.sync()
  world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id <= 20')
  await before.sync()
  world.crash()
}

/** Another database file with the same tables, copied over the name in place: same inode, the `-wal` stays. */
function copyBackupInPlace(world: World): void {
  const wal = readFileSync(`${world.path}-wal`)
  const backup = `${world.path}.backup`
  world.app.exec(`VACUUM INTO '${backup}'`)
  world.reopenApp(() => {
    const other = world.openImage(readFileSync(backup))
    other.pragma('journal_mode=wal')
    other.exec('UPDATE t SET data = randomblob(3000) WHERE id BETWEEN 100 AND 120')
    other.close()
    copyFileSync(`${world.directory}/image.db`, world.path)
    world.writeWal(wal)
  })
}

test('a backup was copied over the database while we were down, its -wal kept → followed at once, compared, captured', async () => {
  using world = new World()
  await killed(world)
  copyBackupInPlace(world)
  const after = await world.follow()
  assert.equal((await after.sync()).resync, null)
  assert.equal(await after.compare(), 'differs')
  const report = await after.sync()
  assert.deepEqual([report.resync?.full, report.files.length], [false, 1])
  world.assertCaptured()
  assert.equal(await after.compare(), 'needless')
})

test('a backup was copied over it, and we end again before it is compared → the next process compares', async () => {
  using world = new World()
  await killed(world)
  copyBackupInPlace(world)
  const cut = await world.follow()
  await cut.sync()
  await cut.close()
  const after = await world.follow()
  await after.sync()
  assert.equal(await after.compare(), 'differs')
  await after.sync()
  world.assertCaptured()
})

test('a backup was copied over it; killed between finding that and writing it → compared again', async () => {
  using world = new World()
  await killed(world)
  copyBackupInPlace(world)
  const found = await world.follow()
  await found.sync()
  assert.equal(await found.compare(), 'differs')
  world.crash()
  const after = await world.follow()
  assert.equal((await after.sync()).resync?.because, 'no-position')
  world.assertCaptured()
})

test('the machine was started again and nothing has changed → compared, nothing written, needless from then on', async () => {
  using world = new World()
  await killed(world)
  const files = localFiles(world.metaPath).length
  world.bootId = 'another'
  const after = await world.follow()
  await after.sync()
  assert.equal(await after.compare(), 'same')
  assert.equal(await after.compare(), 'needless')
  assert.equal((await after.sync()).resync, null)
  assert.equal(localFiles(world.metaPath).length, files)
  world.crash()
  const again = await world.follow()
  await again.sync()
  assert.equal(await again.compare(), 'needless')
})

test('killed, and nobody touched the database file → needless', async () => {
  using world = new World()
  await killed(world)
  const after = await world.follow()
  world.insert(1)
  await after.sync()
  assert.equal(await after.compare(), 'needless')
})

test('sealed, and the machine was started again → needless: all was synced before the seal', async () => {
  using world = new World()
  await killed(world)
  const before = await world.follow()
  await before.sync()
  await before.close()
  world.bootId = 'another'
  const after = await world.follow()
  await after.sync()
  assert.equal(await after.compare(), 'needless')
})

test('the application went on, and checkpointed the same generation → compared, the same', async () => {
  using world = new World()
  await killed(world)
  world.insert(3)
  world.checkpoint('PASSIVE')
  const after = await world.follow()
  assert.equal((await after.sync()).resync, null)
  assert.equal(await after.compare(), 'same')
  world.assertCaptured()
})

test('compared while the application writes and checkpoints without a pause → newer pages are no difference', async () => {
  using world = new World()
  await killed(world)
  world.bootId = 'another'
  const after = await world.follow()
  await after.sync()
  assert.equal(await comparedUnderWrites(world, after), 'same')
  await after.sync()
  world.assertCaptured()
})

test('compared under writes, and a page that nobody writes to differs → found, captured', async () => {
  using world = new World()
  await killed(world)
  copyBackupInPlace(world)
  const after = await world.follow()
  await after.sync()
  assert.equal(await comparedUnderWrites(world, after), 'differs')
  await after.sync()
  world.assertCaptured()
})

/** At each wait of the comparison the application changes pages all over, moves them, and a sync may come between. */
async function comparedUnderWrites(world: World, follower: DatabaseFollower): Promise<string> {
  const changed = world.app.prepare('UPDATE t SET data = randomblob(3000) WHERE id % 7 = ? AND id > 150')
  let turn = 0
  let syncing: Promise<unknown> = Promise.resolve()
  world.onSleep = () => {
    turn++
    changed.run(turn % 7)
    if (turn % 2 === 0) world.checkpoint('PASSIVE')
    if (turn % 3 === 0) syncing = follower.sync()
  }
  const outcome = await follower.compare()
  world.onSleep = () => {}
  await syncing
  assert.ok(turn > 0)
  return outcome
}

test('a backup is copied over the database while we run, under its -wal → suspect when no checkpoint explains it, captured', async () => {
  using world = new World()
  const follower = await world.follow()
  world.insert(300, 3000)
  await follower.sync()
  world.checkpoint('PASSIVE')
  await follower.sync()
  world.app.close()
  copyChanged(world.path, 't SET data')
  await follower.sync()
  assert.equal(await follower.compare(), 'needless') // it may be a checkpoint that has not told yet
  world.elapsedShiftMs += 6000
  await follower.sync({ look: true })
  assert.equal(await follower.compare(), 'differs')
  assert.deepEqual((await follower.sync()).files.length, 1)
  world.app = world.connect()
  world.assertCaptured()
})

test('the application checkpoints all the time while we run → nothing is suspect', async () => {
  using world = new World()
  const follower = await world.follow()
  for (let round = 0; round < 5; round++) {
    world.insert(3, 3000)
    await follower.sync()
    world.checkpoint(round % 2 === 0 ? 'PASSIVE' : 'TRUNCATE')
    world.elapsedShiftMs += 3000
    await follower.sync()
    world.elapsedShiftMs += 3000
    await follower.sync({ look: true })
    assert.equal(await follower.compare(), 'needless')
  }
})

test('while a comparison is due → no sleep, nothing is absorbed or trimmed', async () => {
  using world = new World()
  await killed(world)
  world.bootId = 'another'
  const after = await world.follow()
  await after.sync()
  assert.deepEqual(await after.sleep(), { kind: 'awake', because: 'to be compared' })
  assert.deepEqual(await after.trim(toTxid(3n)), { deleted: [] })
  assert.equal(await after.compare(), 'same')
  assert.deepEqual(await after.trim(toTxid(3n)), { deleted: [1n] })
})

test('TXIDs are used again by another tool: the newest local file is another one than the position was written for → compared', async () => {
  using world = new World()
  using other = new World()
  await killed(world)
  await killed(other)
  const level0 = `${world.metaPath}/ltx/0`
  rmSync(level0, { recursive: true })
  cpSync(`${other.metaPath}/ltx/0`, level0, { recursive: true })
  const after = await world.follow()
  assert.equal((await after.sync()).resync?.because, 'no-position')
  world.assertCaptured()
})

for (const compactionEnabled of [true, false]) {
  test(`Store: a backup was copied over the database while it was closed, ${compactionEnabled ? 'it runs on' : 'it syncs once'} → the replica holds it`, async () => {
    await using scratch = new ScratchStore()
    const app = scratch.app() // stays: the -wal is kept
    const client = memoryClient()
    for (let row = 0; row < 100; row++) app.exec('INSERT INTO t VALUES (randomblob(3000))')
    const before = scratch.store({ compactionEnabled: false })
    await before.addDatabase({ path: scratch.path(), client })
    await before.open()
    await before.close()
    copyChanged(scratch.path())
    scratch.events.length = 0
    const after = scratch.store({ compactionEnabled })
    const database = await after.addDatabase({ path: scratch.path(), client })
    await after.open()
    await scratch.until('the difference', () => scratch.kinds().includes('resync'))
    await database.sync()
    const outputPath = scratch.path('restored.db')
    await restore({ client, env: nodeEnv(), outputPath })
    const fresh = new Sqlite(scratch.path(), { readonly: true })
    assertSameImage(new Uint8Array(readFileSync(outputPath)), fresh.serialize(), 4096)
    fresh.close()
  })
}

/** Overwrites a database file in place with an older state of itself, from another process: closing it here would drop locks. */
function copyChanged(path: string, column = 't SET a'): void {
  const backup = `${path}.backup`
  execFileSync('cp', [path, backup])
  const other = new Sqlite(backup)
  other.pragma('journal_mode=delete')
  other.exec(`UPDATE ${column} = randomblob(3000) WHERE rowid BETWEEN 40 AND 60`)
  other.pragma('journal_mode=wal')
  other.close()
  execFileSync('cp', [backup, path])
}
