import assert from 'node:assert/strict'
import { test } from 'vitest'
import { liveOf, ToyWorld, type ToyDatabase } from '../../../test/toy-world.ts'
import { isNeedless, type Chore } from './needless-chores.ts'

const SECOND = 1000
const SETTINGS = {
  levels: [{ intervalMs: 10 * SECOND }],
  l0RetentionMs: 60 * SECOND,
  snapshotIntervalMs: 600 * SECOND,
  snapshotRetentionMs: 1200 * SECOND,
}
const CHORES: readonly Chore[] = [
  { kind: 'level', level: 1 },
  { kind: 'level', level: 9 },
  { kind: 'retention' },
]

/** Which of level 1, level 9 and retention a database needs. */
function needed({ env, store }: ToyWorld, { database }: ToyDatabase): boolean[] {
  return CHORES.map((chore) => !isNeedless(database, chore, store, env.clock.wallMs()))
}

async function asleep(world: ToyWorld, transactions: number): Promise<ToyDatabase> {
  const app = world.make('app.db')
  await app.database.open()
  for (let index = 0; index < transactions; index++) await world.write(app)
  await app.database.snapshot()
  assert.ok(await app.database.sleep())
  return app
}

test('isNeedless: awake, or not followed → nothing is', async () => {
  const world = new ToyWorld(SETTINGS)
  const app = world.make('app.db')
  assert.deepEqual(needed(world, app), [true, true, true])
  await app.database.open()
  assert.deepEqual(needed(world, app), [true, true, true])
})

test('isNeedless: asleep with transactions that level 1 does not have → that level alone is to be made, and counted anew once', async () => {
  const world = new ToyWorld(SETTINGS)
  const app = await asleep(world, 3)
  assert.deepEqual(needed(world, app), [true, false, true])
  await app.database.compact(1)
  await app.database.enforceRetention()
  assert.deepEqual(needed(world, app), [false, false, false])
})

test('isNeedless: level 0 grows old → retention again, until the old files are gone', async () => {
  const world = new ToyWorld(SETTINGS)
  const app = await asleep(world, 3)
  await app.database.compact(1)
  await app.database.enforceRetention()
  await world.env.clock.advance(61 * SECOND)
  assert.deepEqual(needed(world, app), [false, false, true])
  const { deleted } = await app.database.enforceRetention()
  assert.ok(deleted.length > 0)
  await app.database.enforceRetention() // counts what is left
  assert.deepEqual(needed(world, app), [false, false, false])
})

test('isNeedless: transactions after the last snapshot, and its time has come → due', async () => {
  const world = new ToyWorld(SETTINGS)
  const app = await asleep(world, 3)
  await world.write(app)
  assert.ok(await app.database.sleep())
  assert.equal(liveOf(app).isAsleep, true)
  assert.equal(needed(world, app)[1], false)
  await world.env.clock.advance(600 * SECOND)
  assert.equal(needed(world, app)[1], true)
})
