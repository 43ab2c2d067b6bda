import assert from 'node:assert/strict'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { test } from 'vitest'
import { AppProcess } from '../../../test/app-process.ts'
import { World } from '../../../test/world.ts'

/** As an application of an older SQLite does at its last close, once our locks are lost: the WAL goes from under our pin. */
function loseLocks(world: World): void {
  world.checkpoint('PASSIVE')
  world.app.close()
  readFileSync(world.path) // closes its descriptor, and with it goes every lock of this process
  for (const suffix of ['-wal', '-shm']) rmSync(world.path + suffix)
}

test('closeDatabase: our locks are lost, the application begins another WAL and dies → SQLite deletes that, it is put back', async () => {
  using world = new World()
  const follower = await world.follow()
  world.insert(3)
  await follower.sync()
  loseLocks(world)
  const app = await AppProcess.start(world.path)
  await app.exec("INSERT INTO t (data) VALUES ('in the WAL alone')")
  await app.kill()
  const report = await follower.sync({ look: true })
  assert.equal(report.kind, 'replaced')
  world.app = world.connect()
  const rows = world.app.prepare("SELECT count(*) FROM t WHERE data = 'in the WAL alone'").pluck().get()
  assert.equal(rows, 1)
  await follower.sync()
  world.assertCaptured()
})

test('closeDatabase: nobody else has the database open, its WAL is ours → SQLite checkpoints and deletes it, as ever', async () => {
  using world = new World({ persistWal: null })
  const follower = await world.follow()
  world.insert(3)
  await follower.sync()
  world.app.close()
  await follower.close()
  assert.equal(statSync(`${world.path}-wal`, { throwIfNoEntry: false }), undefined)
  world.app = world.connect()
  world.assertCaptured()
})
