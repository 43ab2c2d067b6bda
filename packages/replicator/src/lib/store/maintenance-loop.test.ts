import assert from 'node:assert/strict'
import { test } from 'vitest'
import { withFaults, type FaultRule } from '@ltx/client-core/faults'
import { memoryClient } from '@ltx/client-core/memory'
import { liveOf, ToyWorld, type ToyDatabase } from '../../../test/toy-world.ts'
import { MaintenanceLoop } from './maintenance-loop.ts'

const SECOND = 1000

interface Scene extends Disposable {
  readonly world: ToyWorld
  readonly loop: MaintenanceLoop
  readonly databases: ToyDatabase[]
  readonly ended: Promise<unknown>
  stop(reason: Error): void
}

/** The loop runs over `databases`, to which the test adds. */
function scene(world: ToyWorld): Scene {
  const databases: ToyDatabase[] = []
  const stopped = new AbortController()
  const { env, store, emit } = world
  const loop = new MaintenanceLoop({
    env,
    settings: store,
    databases: () => databases.map(({ database }) => database),
    emit,
  })
  const ended = loop.run(stopped.signal).catch((error: unknown) => error)
  const stop = (reason: Error): void => stopped.abort(reason)
  return { world, loop, databases, ended, stop, [Symbol.dispose]: () => stop(new Error('the test is over')) }
}

async function add({ world, databases }: Scene, name: string, client = memoryClient()): Promise<ToyDatabase> {
  const made = world.make(name, { client })
  databases.push(made)
  await made.database.open()
  return made
}

/** The application commits once a second for so long. */
async function live({ world }: Scene, apps: readonly ToyDatabase[], seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    for (const { database, sqlite } of apps) {
      sqlite.commit()
      database.wake()
    }
    await world.env.clock.advance(SECOND)
  }
}

test('maintenance: a level of 10 s → made at every tenth second of the wall clock', async () => {
  using at = scene(new ToyWorld({ levels: [{ intervalMs: 10 * SECOND }] }))
  const app = await add(at, 'app.db')
  await live(at, [app], 35)
  assert.deepEqual(at.world.secondsOf('compaction'), [10, 20, 30])
  assert.deepEqual(at.world.told('error'), [])
})

test('maintenance: two levels and snapshots → each at its own times, the lower level first', async () => {
  using at = scene(
    new ToyWorld({
      levels: [{ intervalMs: 10 * SECOND }, { intervalMs: 20 * SECOND }],
      snapshotIntervalMs: 40 * SECOND,
    }),
  )
  const app = await add(at, 'app.db')
  await live(at, [app], 45)
  const levels = at.world.events.flatMap((event) => (event.kind === 'compaction' ? [event.level] : []))
  assert.deepEqual(levels, [1, 1, 2, 1, 1, 2])
  assert.deepEqual(at.world.secondsOf('snapshot'), [40])
})

test('maintenance: work that takes 3 s → begins at its times all the same, it does not drift', async () => {
  const world = new ToyWorld({ levels: [{ intervalMs: 10 * SECOND }] })
  using at = scene(world)
  const rules = Array.from({ length: 100 }, (_, index): FaultRule => {
    return { call: 'writeFile', nth: index + 1, fault: { kind: 'delay', delayMs: 3 * SECOND } }
  })
  const made = world.make('app.db', { client: withFaults(memoryClient(), world.env, { rules }) })
  at.databases.push(made)
  await made.database.open()
  await live(at, [made], 55)
  assert.deepEqual(world.secondsOf('compaction'), [13, 23, 33, 43, 53])
})

test('maintenance: a replica that answers after a minute → the other databases keep their times', async () => {
  const world = new ToyWorld({ levels: [{ intervalMs: 10 * SECOND }] })
  using at = scene(world)
  const client = withFaults(memoryClient(), world.env, {})
  const slow = world.make('slow.db', { client })
  at.databases.push(slow)
  await slow.database.open()
  const app = await add(at, 'app.db')
  await world.write(slow, 5)
  const nth = client.calls.writeFile + 1
  client.setPlan({ rules: [{ call: 'writeFile', nth, fault: { kind: 'delay', delayMs: 60 * SECOND } }] })
  await live(at, [app], 75)
  assert.deepEqual(world.secondsOf('compaction'), [10, 20, 30, 40, 50, 60, 70])
  assert.deepEqual(world.secondsOf('compaction', 'slow.db'), [70])
})

test('maintenance: a chore fails → an event, and it is tried again at its next time', async () => {
  const world = new ToyWorld({ levels: [{ intervalMs: 10 * SECOND }] })
  using at = scene(world)
  const client = memoryClient()
  const app = await add(at, 'app.db', client)
  await world.write(app, 3)
  client.storage.failNext(403)
  await world.env.clock.advance(25 * SECOND)
  assert.deepEqual(world.told('error', 'compaction'), [
    'app.db error during compaction',
    'app.db compaction 1:2-3',
  ])
  assert.deepEqual([world.secondsOf('error'), world.secondsOf('compaction')], [[10], [20]])
})

test('maintenance: retention → by its own interval, for every database', async () => {
  const world = new ToyWorld({
    levels: [{ intervalMs: 10 * SECOND }],
    l0RetentionMs: 30 * SECOND,
    l0RetentionCheckIntervalMs: 15 * SECOND,
  })
  using at = scene(world)
  const apps = [await add(at, 'a.db'), await add(at, 'b.db')]
  await live(at, apps, 200)
  for (const app of apps) assert.ok(liveOf(app).remote.level(0).length < 60, app.database.path)
  const seconds = world.secondsOf('retention', 'a.db')
  assert.ok(seconds.length > 5 && seconds.every((second) => second % 15 === 1), seconds.join(' '))
})

test('catchUp: a database that begins → what was due while nobody was there, at once', async () => {
  const world = new ToyWorld()
  using at = scene(world)
  const app = await add(at, 'app.db')
  await world.write(app, 3)
  await at.loop.catchUp(app.database, new AbortController().signal)
  assert.deepEqual(world.told('compaction', 'snapshot', 'error'), [
    'app.db snapshot 9:1-1',
    'app.db compaction 1:2-3',
    'app.db compaction 2:2-3',
    'app.db compaction 3:2-3',
  ])
})

test('catchUp: ten databases begin at once → four are worked on, the others after them', async () => {
  const world = new ToyWorld({ levels: [{ intervalMs: 10 * SECOND }] })
  using at = scene(world)
  const clients = Array.from({ length: 10 }, () => withFaults(memoryClient(), world.env, {}))
  for (const [index, client] of clients.entries()) {
    const app = world.make(`${index}.db`, { client })
    at.databases.push(app)
    await app.database.open()
    await world.write(app, 3)
    const nth = client.calls.writeFile + 1
    client.setPlan({ rules: [{ call: 'writeFile', nth, fault: { kind: 'delay', delayMs: 3 * SECOND } }] })
  }
  const { signal } = new AbortController()
  for (const { database } of at.databases) void at.loop.catchUp(database, signal)
  await world.env.clock.advance(3500)
  assert.equal(world.told('compaction').filter((line) => line.includes(' 1:')).length, 4)
  await world.env.clock.advance(6 * SECOND)
  assert.equal(world.told('compaction').filter((line) => line.includes(' 1:')).length, 10)
  assert.deepEqual(world.told('error'), [])
})

test('maintenance: nothing to do for a day → no request', async () => {
  const world = new ToyWorld()
  using at = scene(world)
  const client = memoryClient()
  const app = await add(at, 'app.db', client)
  await world.write(app, 3)
  await at.loop.catchUp(app.database, new AbortController().signal)
  await world.env.clock.advance(3 * 86_400 * SECOND) // a snapshot of what came after the first image, which then goes
  const before = { ...client.storage.requests }
  await world.env.clock.advance(86_400 * SECOND)
  assert.deepEqual(client.storage.requests, before)
})

test('maintenance: stopped during a chore → the chore is cut short, then run rejects with the reason', async () => {
  const world = new ToyWorld({ levels: [{ intervalMs: 10 * SECOND }] })
  using at = scene(world)
  const client = withFaults(memoryClient(), world.env, {})
  const app = world.make('app.db', { client })
  at.databases.push(app)
  await app.database.open()
  await world.write(app)
  const nth = client.calls.writeFile + 1
  client.setPlan({ rules: [{ call: 'writeFile', nth, fault: { kind: 'delay', delayMs: 60 * SECOND } }] })
  await world.env.clock.advance(12 * SECOND)
  const reason = new Error('stop')
  at.stop(reason)
  assert.equal(await at.ended, reason)
  assert.deepEqual(world.told('error', 'compaction'), [])
})
