import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'vitest'
import { nodeEnv } from '@ltx/env/node'
import { MemoryLogger } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { ThreadWatch } from '../../../test/thread-watch.ts'
import { World } from '../../../test/world.ts'
import type { FollowerPort } from '../database/follower-port.ts'
import { isReplicatorError } from '../errors.ts'
import { sqliteCode } from '../follow/pin.ts'
import { DATABASE_DEFAULTS } from '../settings.ts'
import type { DriverName } from './worker-messages.ts'
import { WorkerPool } from './worker-pool.ts'

const FIRST = { keepLocal: false, lastTXID: null, newestFileMs: 0, confirmed: null }

/** Application and pool are in one process: descriptors stay open. */
function poolOf(driver: DriverName = 'better-sqlite3', threadsMax = 2): WorkerPool {
  return new WorkerPool({ driver, embedded: true }, nodeEnv({ logger: new MemoryLogger() }), threadsMax)
}

function followerOf(pool: WorkerPool, { path, metaPath, settings }: World): FollowerPort {
  return pool.follower({ path, metaPath, settings })
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('did not reject')
}

for (const driver of ['better-sqlite3', 'node:sqlite'] as const) {
  test(`WorkerPool: a whole life in a thread with ${driver} → captured; TXIDs cross as bigint`, async () => {
    using world = new World()
    await using pool = poolOf(driver)
    const follower = followerOf(pool, world)
    assert.equal((await follower.open()).kind, 'opened')
    await follower.start(FIRST)
    world.insert(3)
    assert.equal((await follower.sync()).lastTXID, 1n)
    world.insert(3)
    assert.equal((await follower.sync({ look: true })).lastTXID, 2n)
    await follower.confirm(toTxid(2n))
    const snapshot = await follower.snapshot()
    assert.equal(snapshot?.txid, 2n)
    await follower.discardSnapshots()
    world.assertCaptured()
    await follower.close()
  })
}

test('WorkerPool: an error in the thread → code, advice and cause as if it had been thrown here', async () => {
  using world = new World()
  await using pool = poolOf()
  const first = followerOf(pool, world)
  await first.open()
  const locked = await failureOf(followerOf(pool, world).open())
  assert.ok(isReplicatorError(locked, 'REPLICATOR_LOCKED'))
  assert.equal(locked.advice, 'give-up')
  assert.match(sqliteCode(locked.cause), /^SQLITE_BUSY/)

  const path = `${world.directory}/text`
  writeFileSync(path, 'no database at all '.repeat(100))
  const { settings } = world
  const other = pool.follower({ path, metaPath: `${world.directory}/.text-litestream`, settings })
  const notDatabase = await failureOf(other.open())
  assert.ok(isReplicatorError(notDatabase, 'REPLICATOR_NOT_A_DATABASE'))
  assert.equal(notDatabase.advice, 'retry')
})

test('WorkerPool: the thread dies → its calls reject, the next follower has a new thread and goes on', async () => {
  using world = new World()
  using threads = new ThreadWatch()
  await using pool = poolOf()
  const follower = followerOf(pool, world)
  await follower.open()
  await follower.start(FIRST)
  await follower.sync()
  const answered = Array.from({ length: 200 }, () => follower.sync().catch(() => {})) // some, before it dies
  const pending = [failureOf(follower.sync()), failureOf(follower.snapshot())]
  await threads.kill()
  for (const error of await Promise.all(pending)) assert.ok(isReplicatorError(error, 'REPLICATOR_UNEXPECTED'))
  await Promise.all(answered)
  assert.ok(isReplicatorError(await failureOf(follower.sync()), 'REPLICATOR_UNEXPECTED'))
  await follower.close()

  world.insert(2)
  const next = followerOf(pool, world)
  const opened = await next.open()
  assert.ok(opened.kind === 'opened' && opened.local?.max === 1n)
  await next.start({ keepLocal: true, lastTXID: opened.local.max, newestFileMs: 0, confirmed: null })
  assert.equal((await next.sync()).lastTXID, 2n)
  world.assertCaptured()
  assert.equal(threads.started.length, 2)
  await next.close()
})

test('WorkerPool: the last database of a thread is closed → the thread ends, and not before', async () => {
  using world = new World()
  using other = new World()
  using threads = new ThreadWatch()
  await using pool = poolOf()
  const [first, second] = [followerOf(pool, world), followerOf(pool, other)]
  await Promise.all([first.open(), second.open()])
  assert.equal(threads.alive, 1)
  await first.close()
  assert.equal(threads.alive, 1)
  await second.close()
  assert.equal(threads.alive, 0)
  await second.close() // twice is fine
})

for (const [databases, threadsMax, expected] of [
  [4, 2, 1],
  [5, 2, 2],
  [12, 2, 2],
  [9, 3, 3],
] as const) {
  test(`WorkerPool: ${databases} databases, at most ${threadsMax} threads → ${expected}`, async () => {
    using threads = new ThreadWatch()
    await using pool = poolOf('better-sqlite3', threadsMax)
    const settings = DATABASE_DEFAULTS
    const followers = Array.from({ length: databases }, (_, index) => {
      const path = `/nowhere/${index}.db`
      return pool.follower({ path, metaPath: `/nowhere/.${index}.db-litestream`, settings })
    })
    for (const follower of followers) assert.deepEqual(await follower.open(), { kind: 'absent' })
    assert.equal(threads.started.length, expected)
  })
}

test('WorkerPool: disposed of → every thread has ended', async () => {
  using threads = new ThreadWatch()
  await using pool = poolOf('better-sqlite3', 1)
  const settings = DATABASE_DEFAULTS
  const follower = pool.follower({ path: '/nowhere/app.db', metaPath: '/nowhere/.app.db', settings })
  await follower.open()
  await pool[Symbol.asyncDispose]()
  assert.equal(threads.alive, 0)
  assert.ok(isReplicatorError(await failureOf(follower.sync()), 'REPLICATOR_UNEXPECTED'))
})
