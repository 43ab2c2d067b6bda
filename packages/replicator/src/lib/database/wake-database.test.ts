import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'vitest'
import { sqliteError } from '../../../test/hooked-driver.ts'
import { World } from '../../../test/world.ts'
import type { DatabaseFollower } from './database-follower.ts'
import type { StartOrder } from './follower-port.ts'

/** A database that has fallen asleep, and how it is woken. */
async function asleep(
  world: World,
): Promise<{ readonly follower: DatabaseFollower; readonly order: StartOrder }> {
  const follower = await world.follow()
  world.insert(3)
  const { lastTXID } = await follower.sync()
  assert.equal((await follower.sleep(lastTXID)).kind, 'asleep')
  return { follower, order: { keepLocal: true, lastTXID, newestFileMs: 0, confirmed: lastTXID } }
}

/** Connections of ours that are open. */
function connections(world: World): number {
  const count = (sql: string): number => world.driver.statements.filter((each) => each.startsWith(sql)).length
  return count('open ') - count('close')
}

test('wake: the application went on in the WAL → read on from where it was left, in one call', async () => {
  using world = new World()
  const { follower, order } = await asleep(world)
  assert.equal(connections(world), 0)
  world.insert(2)
  const report = await follower.wake(order)
  assert.deepEqual(
    [report.kind, report.resync, report.files.length, report.isSuspect],
    ['synced', null, 1, false],
  )
  assert.equal(connections(world), 3)
  world.insert(1)
  assert.equal((await follower.sync()).lastTXID, 3n)
  world.assertCaptured()
})

test('sync: says when it looked → what was committed before is in the files, and nothing is said where SQLite gave no footing', async () => {
  using world = new World()
  const follower = await world.follow()
  world.insert(1)
  const beforeMs = world.env.clock.elapsedMs()
  const first = await follower.sync()
  assert.ok(first.lookedAtMs !== null && first.lookedAtMs >= beforeMs)
  world.assertCaptured()
  let lateMs = 0
  world.driver.once('BEGIN', () => {
    world.insert(1) // after it has read, before it hands over
    lateMs = world.env.clock.elapsedMs()
  })
  const second = await follower.sync()
  assert.ok(
    second.lookedAtMs !== null && second.lookedAtMs < lateMs,
    'an event from then on is about something else',
  )
  const stop = world.driver.before((sql) => {
    if (sql === 'main.wal_checkpoint(NOOP)') throw sqliteError('SQLITE_BUSY')
  })
  const busy = await follower.sync()
  stop()
  assert.deepEqual([busy.kind, busy.lookedAtMs], ['busy', null])
})

test('wake: the application closed meanwhile, and its WAL is gone → what differs, and nothing is left to compare', async () => {
  using world = new World()
  const { follower, order } = await asleep(world)
  world.insert(2)
  world.reopenApp(() => {})
  const report = await follower.wake(order)
  assert.deepEqual([report.kind, report.resync?.full, report.isSuspect], ['synced', false, false])
  world.assertCaptured()
})

test('wake: another process wrote local files meanwhile → REPLICATOR_LOCAL_STATE, nothing stays open, nothing is written', async () => {
  using world = new World()
  const { follower, order } = await asleep(world)
  const folder = `${world.metaPath}/ltx/0`
  copyFileSync(
    `${folder}/0000000000000001-0000000000000001.ltx`,
    `${folder}/0000000000000002-0000000000000002.ltx`,
  )
  world.insert(1)
  await assert.rejects(follower.wake(order), { code: 'REPLICATOR_LOCAL_STATE' })
  assert.equal(connections(world), 0)
})

test('wake: a snapshot is staged → it stays; told to sweep, since nobody has opened it before → it goes', async () => {
  using world = new World()
  const { follower, order } = await asleep(world)
  const staged = `${world.metaPath}/snapshot/a`
  mkdirSync(dirname(staged))
  writeFileSync(staged, 'x')
  await follower.wake(order)
  assert.ok(existsSync(staged))
  assert.equal((await follower.sleep()).kind, 'asleep')
  await follower.wake({ ...order, sweep: true })
  assert.equal(existsSync(staged), false)
})

test('wake: no such file any more → gone, nothing stays open', async () => {
  using world = new World()
  const { follower, order } = await asleep(world)
  world.app.close()
  renameSync(world.path, `${world.path}.away`)
  assert.equal((await follower.wake(order)).kind, 'gone')
  assert.equal(connections(world), 0)
  renameSync(`${world.path}.away`, world.path)
  assert.equal((await follower.wake(order)).kind, 'synced')
})

test('wake: the file goes while it is being opened → gone, nothing stays open, nor the lock; it is back → woken', async () => {
  using world = new World()
  const { follower, order } = await asleep(world)
  world.app.close()
  world.driver.once('user_version', () => renameSync(world.path, `${world.path}.away`))
  for (let look = 0; look < 2; look++) {
    assert.equal((await follower.wake(order)).kind, 'gone')
    assert.equal(connections(world), 0)
  }
  renameSync(`${world.path}.away`, world.path)
  assert.equal((await follower.wake(order)).kind, 'synced')
  assert.notEqual(await follower.snapshot(), null)
})

test('wake: the capture fails → asleep as before, nothing stays open; woken again, all is captured', async () => {
  using world = new World()
  const { follower, order } = await asleep(world)
  world.insert(2)
  const cure = world.files.fail('write', 'ENOSPC', '/ltx/0')
  await assert.rejects(follower.wake(order), { code: 'REPLICATOR_DISK' })
  assert.equal(connections(world), 0)
  cure()
  assert.equal((await follower.wake(order)).lastTXID, 2n)
  world.assertCaptured()
})
