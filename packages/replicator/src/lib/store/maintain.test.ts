import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { FileKey } from '@ltx/client-core'
import { withFaults } from '@ltx/client-core/faults'
import { memoryClient } from '@ltx/client-core/memory'
import { toTxid } from '@ltx/format'
import { liveOf, ToyWorld, type ToyDatabase } from '../../../test/toy-world.ts'
import { isSnapshotDue, maintainLevel, retain } from './maintain.ts'

const MINUTE = 60_000

function level0(txid: number): FileKey {
  return { level: 0, minTXID: toTxid(BigInt(txid)), maxTXID: toTxid(BigInt(txid)) }
}

async function compact(world: ToyWorld, { database }: ToyDatabase, level = 1): Promise<void> {
  await maintainLevel(database, level, world.store, world.env.clock.wallMs(), world.emit, {})
}

test('maintainLevel: ten files at level 0 → one at level 1, and nothing more the next time', async () => {
  const world = new ToyWorld()
  const app = world.make('app.db')
  await app.database.open()
  await world.write(app, 10)
  await compact(world, app)
  await world.env.clock.advance(MINUTE)
  await compact(world, app)
  assert.deepEqual(world.told('compaction', 'error'), ['app.db compaction 1:2-10'])
})

test('maintainLevel: made a moment ago → the interval is kept', async () => {
  const world = new ToyWorld()
  const app = world.make('app.db')
  await app.database.open()
  await world.write(app)
  await compact(world, app)
  await world.write(app)
  await compact(world, app)
  assert.deepEqual(world.told('compaction'), ['app.db compaction 1:1-1'])
  await world.env.clock.advance(MINUTE)
  await compact(world, app)
  assert.deepEqual(world.told('compaction'), ['app.db compaction 1:1-1', 'app.db compaction 1:2-2'])
})

test('maintainLevel: more files than one takes → file after file in one turn', async () => {
  const world = new ToyWorld()
  const app = world.make('app.db')
  await app.database.open()
  await world.write(app, 1100)
  await compact(world, app)
  assert.deepEqual(world.told('compaction'), ['app.db compaction 1:2-1001', 'app.db compaction 1:1002-1100'])
})

test('maintainLevel: a hole in level 0 → a snapshot spans it, and the level goes on after it in the same turn', async () => {
  const world = new ToyWorld()
  const app = world.make('app.db')
  await app.database.open()
  await world.write(app, 3)
  await compact(world, app)
  await world.write(app, 3)
  liveOf(app).remote.remove([level0(4), level0(5)])
  await world.env.clock.advance(MINUTE)
  await compact(world, app)
  assert.deepEqual(world.told('compaction', 'snapshot', 'error'), [
    'app.db snapshot 9:1-1',
    'app.db compaction 1:2-3',
    'app.db snapshot 9:1-6',
    'app.db compaction 1:6-6',
  ])
})

test('maintainLevel: a damaged file here and in the replica → a snapshot, and the level goes on after it', async () => {
  const world = new ToyWorld()
  const client = memoryClient()
  const app = world.make('app.db', { client })
  await app.database.open()
  await world.write(app, 3)
  await compact(world, app)
  await world.write(app, 2)
  damage(world, client, 5)
  await world.env.clock.advance(MINUTE)
  await compact(world, app)
  assert.deepEqual(world.told('snapshot', 'error'), ['app.db snapshot 9:1-1', 'app.db snapshot 9:1-5'])
  await world.write(app, 1)
  await world.env.clock.advance(MINUTE)
  await compact(world, app)
  assert.deepEqual(world.told('compaction', 'error'), ['app.db compaction 1:2-3', 'app.db compaction 1:6-6'])
})

/** The last byte of page data is another one, in both copies. */
function damage(world: ToyWorld, client: ReturnType<typeof memoryClient>, txid: number): void {
  const stored = client.storage.get(level0(txid))
  assert.ok(stored !== null)
  const bytes = stored.slice()
  bytes[bytes.length - 40]! ^= 1
  client.storage.put(level0(txid), bytes, world.env.clock.wallMs())
  const hex = txid.toString(16).padStart(16, '0')
  using handle = world.env.blockingFiles.open(
    `/data/.app.db-litestream/ltx/0/${hex}-${hex}.ltx`,
    'read-write',
  )
  handle.write(bytes, 0)
}

test('maintainLevel: the storage fails → an event that names the chore, and the next turn does it', async () => {
  const world = new ToyWorld()
  const client = memoryClient()
  const app = world.make('app.db', { client })
  await app.database.open()
  await world.write(app, 3)
  client.storage.failNext(403)
  await compact(world, app)
  assert.deepEqual(world.told('compaction', 'error'), ['app.db error during compaction'])
  await world.env.clock.advance(24 * 60 * MINUTE)
  client.storage.failNext(403)
  await compact(world, app, 9)
  assert.deepEqual(world.told('snapshot', 'error').slice(2), ['app.db error during snapshot'])
  await compact(world, app)
  await compact(world, app, 9)
  assert.deepEqual(world.told('compaction', 'snapshot').slice(1), [
    'app.db compaction 1:2-3',
    'app.db snapshot 9:1-3',
  ])
})

test('maintainLevel: aborted → no event, for an abort is no failure', async () => {
  const world = new ToyWorld()
  const app = world.make('app.db')
  await app.database.open()
  await world.write(app)
  const signal = AbortSignal.abort(new Error('stop'))
  await maintainLevel(app.database, 9, world.store, world.env.clock.wallMs(), world.emit, { signal })
  assert.deepEqual(world.told('snapshot', 'error'), [])
})

test('maintainLevel, retain: a database that is not followed → nothing, no failure', async () => {
  const world = new ToyWorld()
  const app = world.make('app.db')
  await compact(world, app)
  await retain(app.database, world.emit, {})
  assert.deepEqual(world.events, [])
})

test('retain: level 0 files that level 1 holds, older than the time for them → gone here and in the replica', async () => {
  const world = new ToyWorld({ l0RetentionMs: MINUTE })
  const app = world.make('app.db')
  await app.database.open()
  await world.write(app, 3)
  await compact(world, app)
  await compact(world, app, 9)
  await retain(app.database, world.emit, {}) // the local copy of the first image is of no more use
  assert.deepEqual(world.told('retention', 'error'), ['app.db retention '])
  await world.env.clock.advance(2 * MINUTE)
  await world.write(app)
  await world.env.clock.advance(2 * MINUTE)
  await retain(app.database, world.emit, {})
  assert.deepEqual(world.told('retention', 'error').slice(1), ['app.db retention 0:2-2 0:3-3'])
  const kept = liveOf(app)
    .remote.level(0)
    .map(({ maxTXID }) => maxTXID)
  assert.deepEqual(kept, [4n])
})

test('isSnapshotDue: no data → no; never taken → yes; taken in this interval, or nothing new → no; the next interval → yes', async () => {
  const world = new ToyWorld({ snapshotIntervalMs: 60 * MINUTE })
  const app = world.make('app.db')
  await app.database.open()
  const due = (): boolean => isSnapshotDue(liveOf(app), world.store, world.env.clock.wallMs())
  assert.equal(due(), false)
  await world.env.clock.advance(10 * MINUTE)
  await world.write(app)
  assert.equal(due(), true)
  await app.database.snapshot()
  assert.equal(due(), false)
  await world.write(app, 2)
  await world.env.clock.advance(40 * MINUTE)
  assert.equal(due(), false)
  await world.env.clock.advance(20 * MINUTE)
  assert.equal(due(), true)
  await app.database.snapshot()
  await world.env.clock.advance(120 * MINUTE)
  assert.equal(due(), false)
})

test('isSnapshotDue: the newest was made by a clock that was far ahead → due now, not when the clock gets there', async () => {
  const world = new ToyWorld({ snapshotIntervalMs: 60 * MINUTE })
  const app = world.make('app.db')
  await app.database.open()
  await world.write(app)
  await app.database.snapshot()
  await world.write(app, 2)
  assert.equal(isSnapshotDue(liveOf(app), world.store, world.env.clock.wallMs()), false)
  assert.equal(isSnapshotDue(liveOf(app), world.store, world.env.clock.wallMs() - 120 * MINUTE), true)
})

test('isSnapshotDue: the first image is on its way up → no; it is there, and nothing but the file beside it → never; a commit → the next interval', async () => {
  const world = new ToyWorld({ snapshotIntervalMs: 60 * MINUTE })
  const client = withFaults(memoryClient(), world.env, {})
  const app = world.make('app.db', { client })
  await app.database.open()
  const due = (): boolean => isSnapshotDue(liveOf(app), world.store, world.env.clock.wallMs())
  client.setPlan({ rules: [{ call: 'writeFile', nth: 2, fault: { kind: 'delay', delayMs: 10 * MINUTE } }] })
  const written = world.write(app, 2)
  await world.env.clock.advance(5 * MINUTE)
  assert.deepEqual([liveOf(app).lastTXID, liveOf(app).confirmed, due()], [2n, null, false])
  await world.env.clock.advance(5 * MINUTE)
  await written
  assert.deepEqual(world.told('snapshot'), ['app.db snapshot 9:1-1'])
  await world.env.clock.advance(48 * 60 * MINUTE)
  assert.equal(due(), false)
  await world.write(app)
  assert.equal(due(), true)
})
