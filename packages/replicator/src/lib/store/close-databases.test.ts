import assert from 'node:assert/strict'
import { test } from 'vitest'
import { withFaults, type FaultyClient } from '@ltx/client-core/faults'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { ToyWorld, type ToyDatabase } from '../../../test/toy-world.ts'
import { closeDatabases } from './close-databases.ts'

const SECOND = 1000

interface Scene {
  readonly world: ToyWorld
  readonly storage: MemoryClient
  readonly client: FaultyClient
  readonly app: ToyDatabase
}

async function scene(shutdownSyncTimeoutMs: number): Promise<Scene> {
  const world = new ToyWorld({ shutdownSyncTimeoutMs })
  const storage = memoryClient()
  const client = withFaults(storage, world.env, {})
  const app = world.make('app.db', { client })
  await app.database.open()
  await world.write(app)
  return { world, storage, client, app }
}

/** From now on no write is answered for an hour. */
function hang({ client }: Scene): void {
  const nth = client.calls.writeFile + 1
  client.setPlan({ rules: [{ call: 'writeFile', nth, fault: { kind: 'delay', delayMs: 3600 * SECOND } }] })
}

function localFiles({ world }: Scene): string[] {
  return world.env.blockingFiles.list('/data/.app.db-litestream/ltx/0')
}

test('closeDatabases: committed a moment ago → captured, uploaded, closed', async () => {
  const at = await scene(30 * SECOND)
  at.app.sqlite.commit(3)
  await closeDatabases(at.world.env, [at.app.database], at.world.store, undefined)
  assert.equal(at.storage.storage.objects.size, 4)
  assert.deepEqual([at.app.database.status().state, at.app.sqlite.isOpen], ['closed', false])
  assert.deepEqual(at.world.told('error'), [])
})

test('closeDatabases: no data yet → closed without a word', async () => {
  const world = new ToyWorld()
  const app = world.make('app.db')
  await app.database.open()
  await closeDatabases(world.env, [app.database], world.store, undefined)
  assert.deepEqual([app.database.status().state, world.told('error')], ['closed', []])
})

for (const [timeoutMs, expectedMs] of [
  [30_000, 30_000],
  [0, 500], // one attempt has this long
] as const) {
  test(`closeDatabases: a replica that never answers, ${timeoutMs} ms → ends after ${expectedMs} ms, local files stay`, async () => {
    const at = await scene(timeoutMs)
    at.app.sqlite.commit(2)
    hang(at)
    const closed = closeDatabases(at.world.env, [at.app.database], at.world.store, undefined)
    await at.world.env.clock.advance(expectedMs - 1)
    assert.notEqual(at.app.database.status().state, 'closed')
    await at.world.env.clock.advance(1)
    await closed
    assert.equal(at.app.database.status().state, 'closed')
    assert.deepEqual(at.world.told('error'), ['app.db error during close'])
    assert.equal(localFiles(at).length, 3)
    assert.equal(at.storage.storage.objects.size, 1)
  })
}

test('closeDatabases: the time is over and the last attempt had failed → the error says why', async () => {
  const at = await scene(30 * SECOND)
  at.client.setPlan({ rates: { fail: 1 } })
  at.app.sqlite.commit(2)
  const closed = closeDatabases(at.world.env, [at.app.database], at.world.store, undefined)
  await at.world.env.clock.advance(30 * SECOND)
  await closed
  const told = at.world.events.flatMap((event) =>
    event.kind === 'error' && event.during === 'close' ? event.error.message : [],
  )
  assert.equal(told.length, 1)
  assert.match(told[0] ?? '', /^REPLICATOR_NOT_UPLOADED: .* within 30000 ms; .* The last attempt: CLIENT_/)
})

test('closeDatabases: a replica that never answers, and a signal → ends at once, local files stay', async () => {
  const at = await scene(30 * SECOND)
  at.app.sqlite.commit(2)
  hang(at)
  const stop = new AbortController()
  const closed = closeDatabases(at.world.env, [at.app.database], at.world.store, stop.signal)
  await at.world.env.clock.advance(SECOND)
  const reason = new Error('second Ctrl-C')
  stop.abort(reason)
  await closed
  assert.equal(at.world.env.clock.elapsedMs(), SECOND)
  const error = at.world.events.find((event) => event.kind === 'error')
  assert.ok(error?.kind === 'error' && error.during === 'close' && error.error === reason)
  assert.equal(localFiles(at).length, 3)
})

test('closeDatabases: a replica that fails for 10 s → tried again until it works, inside the time limit', async () => {
  const at = await scene(30 * SECOND)
  at.app.sqlite.commit()
  at.client.setPlan({ rates: { fail: 1 } })
  const closed = closeDatabases(at.world.env, [at.app.database], at.world.store, undefined)
  await at.world.env.clock.advance(10 * SECOND)
  at.client.setPlan({})
  await at.world.env.clock.advance(19 * SECOND)
  await closed
  assert.equal(at.storage.storage.objects.size, 2)
  assert.ok(!at.world.told('error').includes('app.db error during close'))
})

test('closeDatabases: the last capture fails → an event, closed all the same', async () => {
  const at = await scene(30 * SECOND)
  at.app.sqlite.failure = new Error('disk I/O error')
  await closeDatabases(at.world.env, [at.app.database], at.world.store, undefined)
  assert.deepEqual(at.world.told('error'), ['app.db error during close'])
  assert.deepEqual([at.app.database.status().state, at.app.sqlite.isOpen], ['closed', false])
})

test('closeDatabases: one of two hangs → the other is closed long before', async () => {
  const at = await scene(30 * SECOND)
  const other = at.world.make('other.db')
  await other.database.open()
  other.sqlite.commit()
  at.app.sqlite.commit()
  hang(at)
  const closed = closeDatabases(at.world.env, [at.app.database, other.database], at.world.store, undefined)
  await at.world.env.clock.advance(SECOND)
  assert.deepEqual([at.app.database.status().state, other.database.status().state], ['active', 'closed'])
  await at.world.env.clock.advance(29 * SECOND)
  await closed
})

test('closeDatabases: nothing left waiting → no sleeper remains', async () => {
  const at = await scene(30 * SECOND)
  at.app.sqlite.commit()
  await closeDatabases(at.world.env, [at.app.database], at.world.store, undefined)
  await at.world.env.clock.runUntilIdle(SECOND)
  assert.equal(at.world.env.clock.sleeping, 0)
})

test('closeDatabases: a scan of a large database is under way → it is cut short at the limit, not waited for', async () => {
  const at = await scene(30 * SECOND)
  at.app.sqlite.isScanning = true
  const startMs = at.world.env.clock.elapsedMs()
  const closing = closeDatabases(at.world.env, [at.app.database], at.world.store, undefined)
  await at.world.env.clock.advance(31 * SECOND)
  await closing
  assert.equal(at.world.env.clock.elapsedMs() - startMs, 31 * SECOND)
  assert.deepEqual([at.app.database.status().state, at.app.sqlite.isOpen], ['closed', false])
  assert.equal(at.world.told('error').length, 1)
})
