import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ToyWorld, type ToyDatabase } from '../../../test/toy-world.ts'
import { SILENT_MS_MIN } from '../wake/plan-dormant.ts'
import { Dormancy } from './dormancy.ts'

const SECOND = 1000
const AWAKE_MAX = 64

interface Scene {
  readonly world: ToyWorld
  readonly apps: readonly ToyDatabase[]
  readonly dormancy: Dormancy
  /** Whether events come from the directory of the databases. */
  watched: boolean
}

async function scene(count: number): Promise<Scene> {
  const world = new ToyWorld()
  const apps = Array.from({ length: count }, (_, index) => world.make(`${index}.db`))
  for (const { database } of apps) await database.open()
  const dormancy = new Dormancy({
    env: world.env,
    entries: () => apps,
    isWatching: () => made.watched,
    emit: world.emit,
    awakeMax: AWAKE_MAX,
  })
  const made: Scene = { world, apps, dormancy, watched: true }
  return made
}

function asleep({ apps }: Scene): number {
  return apps.filter(({ database }) => database.status().state === 'dormant').length
}

test('dormancy: silent for its minute → asleep, its connections closed; before → awake', async () => {
  const at = await scene(1)
  await at.world.write(at.apps[0]!)
  await at.world.env.clock.advance(59 * SECOND)
  await at.dormancy.letSleep()
  assert.equal(asleep(at), 0)
  await at.world.env.clock.advance(SECOND)
  await at.dormancy.letSleep()
  assert.equal(asleep(at), 1)
  assert.equal(at.apps[0]!.sqlite.isOpen, false)
})

test('dormancy: nobody would wake it → stays awake', async () => {
  const at = await scene(1)
  at.watched = false
  await at.world.env.clock.advance(3600 * SECOND)
  await at.dormancy.letSleep()
  assert.equal(asleep(at), 0)
})

test('dormancy: changed unseen → stays awake, and gets another silence', async () => {
  const at = await scene(1)
  const [app] = at.apps
  assert.ok(app !== undefined)
  await at.world.env.clock.advance(60 * SECOND)
  app.sqlite.commit()
  await at.dormancy.letSleep()
  assert.equal(asleep(at), 0)
  await at.world.write(app, 0)
  await at.world.env.clock.advance(59 * SECOND)
  await at.dormancy.letSleep()
  assert.equal(asleep(at), 0)
})

test('dormancy: one is busy with a long comparison → the others fall asleep, and nobody waits for it', async () => {
  const at = await scene(2)
  const [busy] = at.apps
  assert.ok(busy !== undefined)
  await at.world.env.clock.advance(60 * SECOND)
  busy.sqlite.isScanning = true
  const captured = busy.database.live?.capture().catch(() => {})
  for (let round = 0; round < 2; round++) {
    const slept = at.dormancy.letSleep()
    await at.world.env.clock.advance(3 * SECOND)
    await slept
  }
  assert.equal(asleep(at), 1)
  await busy.sqlite.close()
  await captured
})

test('dormancy: a crowd → down to the limit after half a second of silence already', async () => {
  const at = await scene(100)
  assert.ok(at.dormancy.isCrowded)
  await at.dormancy.letSleep()
  assert.equal(asleep(at), 0)
  await at.world.env.clock.advance(SILENT_MS_MIN)
  await at.dormancy.letSleep()
  assert.equal(asleep(at), 100 - AWAKE_MAX)
  assert.ok(!at.dormancy.isCrowded)
})

test('makeRoom: no crowd → at once; a crowd → when enough have fallen asleep', async () => {
  const few = await scene(3)
  await few.dormancy.makeRoom()
  const at = await scene(100)
  let hasRoom = false
  const room = at.dormancy.makeRoom().then(() => (hasRoom = true))
  await at.world.env.clock.advance(SILENT_MS_MIN - 1)
  assert.equal(hasRoom, false)
  await at.world.env.clock.advance(SILENT_MS_MIN)
  await room
  assert.equal(asleep(at), 100 - AWAKE_MAX)
})

test('makeRoom: a crowd of which nobody sleeps → waits 5 s and no longer', async () => {
  const at = await scene(70)
  at.watched = false
  const room = at.dormancy.makeRoom()
  await at.world.env.clock.advance(5 * SECOND)
  await room
  assert.equal(asleep(at), 0)
})

test('letSleep: called twice at once → one pass', async () => {
  const at = await scene(1)
  await at.world.env.clock.advance(60 * SECOND)
  await Promise.all([at.dormancy.letSleep(), at.dormancy.letSleep()])
  assert.equal(at.apps[0]!.sqlite.calls.filter((call) => call === 'sleep').length, 1)
})

test('dormancy: databases wake up one after the other → those silent for five seconds fall asleep before the next poll, down to the limit', async () => {
  const count = AWAKE_MAX + 40
  const at = await scene(count)
  for (const app of at.apps) await at.world.write(app)
  await at.world.env.clock.advance(5 * SECOND)
  for (const app of at.apps.slice(0, 20)) await at.world.write(app)
  for (let index = 0; index < 15; index++) at.dormancy.woke()
  await at.world.env.clock.advance(0)
  assert.equal(asleep(at), 0, 'a few')
  at.dormancy.woke()
  await at.world.env.clock.advance(0)
  assert.equal(asleep(at), 40)
  assert.ok(at.apps.slice(0, 20).every(({ database }) => database.status().state === 'active'))
})

test('dormancy: databases wake up, and none was silent for five seconds → all stay awake', async () => {
  const at = await scene(AWAKE_MAX + 40)
  await at.world.env.clock.advance(60 * SECOND)
  for (const app of at.apps) await at.world.write(app)
  await at.world.env.clock.advance(4 * SECOND)
  for (let index = 0; index < 100; index++) at.dormancy.woke()
  await at.world.env.clock.advance(0)
  assert.equal(asleep(at), 0)
})

test('dormancy: hundreds fall asleep → a few at a time, so that who wakes up meanwhile has his turn', async () => {
  const at = await scene(200)
  let [falling, most] = [0, 0]
  for (const { sqlite } of at.apps) {
    const sleep = sqlite.sleep.bind(sqlite)
    sqlite.sleep = async (confirmed) => {
      most = Math.max(most, ++falling)
      await at.world.env.clock.sleep(100)
      falling--
      return await sleep(confirmed)
    }
  }
  await at.world.env.clock.advance(60 * SECOND)
  const slept = at.dormancy.letSleep()
  await at.world.env.clock.advance(10 * SECOND)
  await slept
  assert.equal(asleep(at), 200)
  assert.ok(most <= 32, `${most} at once`)
})

test('makeRoom: thousands open asleep → they are not all looked at for each of them', async () => {
  const at = await scene(0)
  let looks = 0
  const dormancy = new Dormancy({
    env: at.world.env,
    entries: () => (looks++, at.apps),
    isWatching: () => true,
    emit: at.world.emit,
    awakeMax: AWAKE_MAX,
  })
  for (let opened = 0; opened < 10 * AWAKE_MAX; opened++) await dormancy.makeRoom()
  assert.ok(looks <= 11, `${looks}`)
})
