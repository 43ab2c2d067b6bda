import assert from 'node:assert/strict'
import { renameSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import { World } from './world.ts'

/** A database in one file, of other content, whose next commit would follow ours if salts and frames alone decided. */
function otherDatabase(world: World): string {
  const path = `${world.directory}/other.db`
  const other = new Sqlite(path)
  other.pragma('journal_mode=wal')
  other.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, data BLOB)')
  for (let row = 0; row < 30; row++) other.exec('INSERT INTO t (data) VALUES (randomblob(3000))')
  other.close()
  return path
}

/** Moves it over ours; the `-wal` and `-shm` that we have open are its own from now on. */
function takeTheName(world: World, other: string): void {
  world.app.close()
  renameSync(other, world.path)
  world.app = world.connect()
  world.insert(2)
}

test('replaced under us: another database commits into the WAL that we follow, an event tells → no page of it on top of ours', async () => {
  using world = new World()
  const follower = await world.follow()
  world.insert(3)
  await follower.sync()
  world.checkpoint('TRUNCATE')
  await follower.sync()
  takeTheName(world, otherDatabase(world))
  assert.equal((await follower.sync({ look: false })).kind, 'replaced')
  assert.equal((await follower.sync()).resync?.because, 'no-position')
  world.assertCaptured()
})

test('replaced under us: the name changes while we look → nothing is taken, the next sync compares', async () => {
  using world = new World()
  const follower = await world.follow()
  world.insert(3)
  await follower.sync()
  world.checkpoint('TRUNCATE')
  await follower.sync()
  const other = otherDatabase(world)
  world.driver.once('main.wal_checkpoint(NOOP)', () => takeTheName(world, other))
  const report = await follower.sync()
  assert.deepEqual([report.kind, report.files.length], ['busy', 0])
  assert.equal((await follower.sync()).kind, 'replaced')
  await follower.sync()
  world.assertCaptured()
})
