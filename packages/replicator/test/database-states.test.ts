import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'vitest'
import { withFaults, type FaultPlan, type FaultyClient } from '@ltx/client-core/faults'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { formatFileName, toTxid, verifyFile } from '@ltx/format'
import { withBitFlipped } from '@ltx/format/testing'
import { betterSqlite3Driver } from '../src/better-sqlite3.ts'
import type { Database } from '../src/lib/database/database.ts'
import { metaPathOf } from '../src/lib/database/meta-path.ts'
import { StateLock } from '../src/lib/database/state-lock.ts'
import { isReplicatorError } from '../src/lib/errors.ts'
import type { DatabaseState } from '../src/lib/events.ts'
import type { Store } from '../src/lib/store/store.ts'
import { ScratchStore } from './scratch-store.ts'

// What becomes of a database whose replica or local files are not what they should be, and closing it in whatever state it is in.

const UNREACHABLE: FaultPlan = { rates: { fail: 1 } }

/** The first listings fail. */
function unlistable(calls: number): FaultPlan {
  const fault = { kind: 'fail' } as const
  return {
    rules: Array.from({ length: calls }, (_, index) => ({ call: 'listFiles', nth: index + 1, fault })),
  }
}

interface Scene {
  readonly scratch: ScratchStore
  readonly memory: MemoryClient
  readonly client: FaultyClient
  readonly store: Store
  readonly database: Database
  /** The state folder. */
  readonly metaPath: string
}

/** A database, not opened yet, and the client that fails as it is told. */
async function scene(scratch: ScratchStore): Promise<Scene> {
  const memory = memoryClient()
  const client = withFaults(memory, scratch.env, {})
  const store = scratch.store({
    compactionEnabled: false,
    shutdownSyncTimeoutMs: 1,
    shutdownSyncIntervalMs: 1,
  })
  const database = await store.addDatabase({ path: scratch.path(), client })
  return { scratch, memory, client, store, database, metaPath: metaPathOf(scratch.path()) }
}

test('local files vanish before they were uploaded → said, begun again from the replica, nothing lost', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const { memory, client, store, database, metaPath } = await scene(scratch)
  await store.open()
  await database.sync()
  client.setPlan(UNREACHABLE)
  for (let row = 0; row < 3; row++) {
    app.exec('INSERT INTO t VALUES (randomblob(9000))')
    await database.live?.capture()
  }
  const { txid, replicatedTXID } = database.status()
  assert.ok(txid !== null && replicatedTXID !== null && txid > replicatedTXID)
  for (const name of readdirSync(`${metaPath}/ltx/0`)) rmSync(`${metaPath}/ltx/0/${name}`)
  const told = assert.rejects(database.sync(), (error) => isReplicatorError(error, 'REPLICATOR_LOCAL_STATE'))
  await scratch.env.clock.sleep(1) // it waits for the files that are gone
  client.setPlan({})
  await told
  await database.sync()
  assert.equal(scratch.kinds().filter((kind) => kind === 'start').length, 2)
  assert.ok(scratch.events.some((event) => event.kind === 'recovered' && event.during === 'local-state'))
  assert.equal(await scratch.restoredRows(memory), 3)
})

test('a local file is damaged before it was uploaded → never stored, said, what differs comes from the database', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const { memory, client, store, database, metaPath } = await scene(scratch)
  for (let row = 0; row < 50; row++) app.exec('INSERT INTO t VALUES (randomblob(9000))')
  await store.open()
  await database.sync()
  const confirmed = database.status().replicatedTXID ?? 0n
  client.setPlan(UNREACHABLE)
  for (let row = 0; row < 3; row++) {
    app.exec('INSERT INTO t VALUES (randomblob(9000))')
    await database.live?.capture()
  }
  const damaged = toTxid(confirmed + 2n)
  const path = `${metaPath}/ltx/0/${formatFileName(damaged, damaged)}`
  writeFileSync(path, withBitFlipped(readFileSync(path), 500, 2))
  client.setPlan({})
  await assert.rejects(database.sync(), (error) => isReplicatorError(error, 'REPLICATOR_LOCAL_STATE'))
  await database.sync()
  assert.equal(await scratch.restoredRows(memory), 53)
  for (const { bytes } of memory.storage.objects.values()) await verifyFile(chunkOf(bytes))
  const resyncs = scratch.events.flatMap((event) => (event.kind === 'resync' ? event.full : []))
  assert.deepEqual(resyncs, [true, false], 'the second one is a difference')
  const starts = scratch.events.flatMap((event) => (event.kind === 'start' ? event.plan : []))
  assert.deepEqual(starts, ['first', 'continue'], 'what is stored is gone on with')
})

async function* chunkOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

test('sync: the replica cannot be reached → waits, the caller may give up; it is back → all goes up', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const { memory, client, store, database } = await scene(scratch)
  await store.open()
  await database.sync()
  const stored = memory.storage.objects.size
  client.setPlan(UNREACHABLE)
  app.exec('INSERT INTO t VALUES (1)')
  const [reason, stop] = [new Error('no time'), new AbortController()]
  const waiting = assert.rejects(database.sync({ signal: stop.signal }), reason)
  await scratch.until('a failure', () => scratch.kinds().includes('error'))
  stop.abort(reason)
  await waiting
  assert.equal(memory.storage.objects.size, stored)
  const { txid, replicatedTXID } = database.status()
  assert.ok((txid ?? 0n) > (replicatedTXID ?? 0n), 'captured all the same')
  client.setPlan({})
  const outcome = await database.sync()
  assert.deepEqual(outcome, { txid, replicatedTXID: txid })
  assert.equal(await scratch.restoredRows(memory), 1)
})

test('start: the replica cannot be listed → followed without it, nothing is stored; it can → known', async () => {
  await using scratch = new ScratchStore()
  scratch.app().exec('INSERT INTO t VALUES (1)')
  const { memory, client, store, database, metaPath } = await scene(scratch)
  client.setPlan(unlistable(2))
  await store.open()
  assert.deepEqual([database.status().state, memory.storage.objects.size], ['active', 0])
  assert.match(String(database.status().error), /CLIENT_UNREACHABLE/)
  assert.equal(readdirSync(`${metaPath}/ltx/0`).length, 2)
  await scratch.until('an upload', () => scratch.kinds().includes('upload'))
  assert.equal(database.status().error, null)
  await database.sync()
  assert.equal(await scratch.restoredRows(memory), 1)
})

/** Each brings a database into a state. */
const states: Readonly<Record<Exclude<DatabaseState, 'closed'>, (at: Scene) => Promise<void>>> = {
  opening: async ({ scratch, store }) => {
    writeFileSync(scratch.path(), 'no database')
    await store.open()
  },
  absent: ({ store }) => store.open(),
  active: async ({ scratch, store, database }) => {
    scratch.app()
    await store.open()
    await database.sync()
  },
  dormant: async (at) => {
    await states.active(at)
    const { database } = at
    await at.scratch.until(
      'sleep',
      () => database.status().state === 'dormant' || (void database.sleep(), false),
    )
  },
  failed: async (at) => {
    await states.active(at)
    const next = toTxid((at.database.status().txid ?? 0n) + 1n)
    at.memory.storage.put({ level: 0, minTXID: next, maxTXID: next }, new Uint8Array(200)) // another writer
    at.scratch.app().exec('INSERT INTO t VALUES (1)')
    await assert.rejects(at.database.sync(), (error) => isReplicatorError(error, 'REPLICATOR_CONFLICT'))
    await at.scratch.until('the end', () => at.database.status().state === 'failed')
  },
}

test('close: followed without its replica → closed in the end, the state folder is free', async () => {
  await using scratch = new ScratchStore()
  scratch.app()
  const at = await scene(scratch)
  at.client.setPlan(unlistable(1000))
  await at.store.open()
  assert.deepEqual([at.database.status().state, scratch.kinds().at(-1)], ['active', 'active'])
  await at.store.close()
  assert.equal(at.database.status().state, 'closed')
  StateLock.acquire(betterSqlite3Driver(), at.metaPath).release()
  await assert.rejects(at.database.sync(), { name: 'ReplicatorError' })
})

for (const [state, bring] of Object.entries(states)) {
  test(`close: ${state} → closed in the end, the state folder is free, and calls say so`, async () => {
    await using scratch = new ScratchStore()
    const at = await scene(scratch)
    await bring(at)
    assert.equal(at.database.status().state, state)
    await at.store.close()
    assert.equal(at.database.status().state, 'closed')
    if (existsSync(at.metaPath)) StateLock.acquire(betterSqlite3Driver(), at.metaPath).release()
    await assert.rejects(at.database.sync(), { name: 'ReplicatorError' })
    const { length } = scratch.events
    at.database.wake()
    await at.database.look()
    await scratch.env.clock.sleep(20)
    assert.equal(scratch.events.length, length, 'it is quiet')
  })
}
