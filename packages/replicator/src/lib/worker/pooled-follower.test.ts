import assert from 'node:assert/strict'
import { test } from 'vitest'
import { nodeEnv } from '@ltx/env/node'
import { MemoryLogger, simEnv, type SimClock } from '@ltx/env/sim'
import { ThreadWatch } from '../../../test/thread-watch.ts'
import { World } from '../../../test/world.ts'
import type { FollowerPort, StartOrder } from '../database/follower-port.ts'
import { WorkerPool } from './worker-pool.ts'

const FIRST: StartOrder = { keepLocal: false, lastTXID: null, newestFileMs: 0, confirmed: null }

interface Scene {
  readonly pool: WorkerPool
  readonly clock: SimClock
  readonly follower: FollowerPort
}

/** In a process of its own, where a thread may close what it has opened; the application is in this one and holds no connection. */
function sceneIn(world: World, embedded: boolean): Scene {
  world.app.close()
  const { clock } = simEnv({ seed: 1 })
  const { path, metaPath, settings } = world
  const pool = new WorkerPool(
    { driver: 'better-sqlite3', embedded },
    { clock, logger: new MemoryLogger() },
    2,
  )
  return { pool, clock, follower: pool.follower({ path, metaPath, settings }) }
}

async function fallAsleep({ follower }: Scene): Promise<StartOrder> {
  await follower.open()
  await follower.start(FIRST)
  const { lastTXID } = await follower.sync()
  assert.equal((await follower.sleep(lastTXID)).kind, 'asleep')
  return { keepLocal: true, lastTXID, newestFileMs: 0, confirmed: lastTXID }
}

/** Real time for a thread to end, or to answer. */
const lifeTime = (): Promise<void> => nodeEnv().clock.sleep(50)

test('PooledFollower: made, and nothing is asked of it → there is no thread', async () => {
  using world = new World()
  using threads = new ThreadWatch()
  const { pool, follower } = sceneIn(world, false)
  assert.deepEqual([await follower.isPinWanted(), await follower.compare()], [false, 'needless'])
  await follower.close()
  assert.equal(threads.started.length, 0)
  await pool[Symbol.asyncDispose]()
})

test('PooledFollower: asleep → its thread ends a little later; woken → in a new one, where it was left', async () => {
  using world = new World()
  using threads = new ThreadWatch()
  const scene = sceneIn(world, false)
  const order = await fallAsleep(scene)
  await scene.clock.advance(4000)
  await lifeTime()
  assert.equal(threads.alive, 1)
  await scene.clock.advance(1000)
  for (let wait = 0; wait < 100 && threads.alive > 0; wait++) await lifeTime()
  assert.equal(threads.alive, 0)
  world.app = world.connect()
  world.insert(2)
  const report = await scene.follower.wake(order)
  assert.deepEqual([report.kind, report.lastTXID, threads.started.length], ['synced', 2n, 2])
  world.app.close()
  await scene.follower.close()
  assert.equal(threads.alive, 0)
  await scene.pool[Symbol.asyncDispose]()
})

test('PooledFollower: woken before its thread ends → in the same one, which stays', async () => {
  using world = new World()
  using threads = new ThreadWatch()
  const scene = sceneIn(world, false)
  const order = await fallAsleep(scene)
  await scene.clock.advance(4000)
  assert.equal((await scene.follower.wake(order)).kind, 'synced')
  await scene.clock.advance(60_000)
  await lifeTime()
  assert.deepEqual([threads.alive, threads.started.length], [1, 1])
  await scene.follower.close()
  await scene.pool[Symbol.asyncDispose]()
})

test('PooledFollower: the application lives in this process → asleep as well it stays in its thread, which keeps the descriptor', async () => {
  using world = new World()
  using threads = new ThreadWatch()
  const scene = sceneIn(world, true)
  await fallAsleep(scene)
  await scene.clock.advance(60_000)
  await lifeTime()
  assert.equal(threads.alive, 1)
  await scene.follower.close()
  assert.equal(threads.alive, 0)
  await scene.pool[Symbol.asyncDispose]()
})

test('PooledFollower: what is left of a snapshot goes while it sleeps → no thread stays for that', async () => {
  using world = new World()
  using threads = new ThreadWatch()
  const scene = sceneIn(world, false)
  await fallAsleep(scene)
  await scene.follower.discardSnapshots()
  await scene.clock.advance(5000)
  for (let wait = 0; wait < 100 && threads.alive > 0; wait++) await lifeTime()
  assert.equal(threads.alive, 0)
  await scene.pool[Symbol.asyncDispose]()
})

test('PooledFollower: woken while what is left of a snapshot goes → it stays open, where it was woken', async () => {
  using world = new World()
  using threads = new ThreadWatch()
  const scene = sceneIn(world, false)
  const order = await fallAsleep(scene)
  const { follower } = scene
  const [, report] = await Promise.all([follower.discardSnapshots(), follower.wake(order)])
  assert.equal(report.kind, 'synced')
  await scene.clock.advance(60_000)
  await lifeTime()
  assert.equal((await follower.sync()).kind, 'synced')
  await follower.close()
  assert.equal(threads.alive, 0)
  await scene.pool[Symbol.asyncDispose]()
})

test('PooledFollower: closed → REPLICATOR_CLOSED, and no thread is started for it', async () => {
  using world = new World()
  using threads = new ThreadWatch()
  const { pool, follower } = sceneIn(world, false)
  await follower.open()
  await follower.close()
  await assert.rejects(follower.discardSnapshots(), { code: 'REPLICATOR_CLOSED' })
  assert.equal(threads.started.length, 1)
  await pool[Symbol.asyncDispose]()
})
