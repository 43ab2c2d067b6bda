import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'vitest'
import { withFaults } from '@ltx/client-core/faults'
import { memoryClient } from '@ltx/client-core/memory'
import type Sqlite from 'better-sqlite3'
import type { Database } from '../src/lib/database/database.ts'
import { isReplicatorError } from '../src/lib/errors.ts'
import { ScratchStore } from './scratch-store.ts'

// Somebody deletes a database that is followed: no failure of ours, and what was committed before is in the replica.

function deleteAll(scratch: ScratchStore, app: Sqlite.Database): void {
  app.close()
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${scratch.path()}${suffix}`, { force: true })
}

function failures(scratch: ScratchStore): string[] {
  return scratch.events.flatMap((event) => (event.kind === 'error' ? event.error.message : []))
}

/** A database that is in its replica, which fails as it is told. */
async function synced(scratch: ScratchStore) {
  const memory = memoryClient()
  const client = withFaults(memory, scratch.env, {})
  const store = scratch.store({ compactionEnabled: false })
  const app = scratch.app()
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  await database.sync()
  return { memory, client, app, database }
}

const situations: readonly [string, (database: Database) => Promise<unknown>][] = [
  ['awake', async () => {}],
  ['asleep', async (database) => assert.ok(await database.sleep())],
]

for (const [what, prepare] of situations) {
  test(`deleted while it is ${what} → absent, nothing failed; a new one of the name is followed, and both were restorable`, async () => {
    await using scratch = new ScratchStore()
    const client = memoryClient()
    const store = scratch.store({ compactionEnabled: false })
    const app = scratch.app()
    app.exec('INSERT INTO t VALUES (1)')
    const database = await store.addDatabase({ path: scratch.path(), client })
    await store.open()
    await database.sync()
    await prepare(database)
    deleteAll(scratch, app)
    await database.look()
    await scratch.until('absent', () => database.status().state === 'absent')
    assert.equal(await scratch.restoredRows(client), 1)
    await assert.rejects(database.sync(), (error) => isReplicatorError(error, 'REPLICATOR_ABSENT'))
    const other = scratch.app()
    other.exec('INSERT INTO t VALUES (1), (2), (3)')
    await database.sync()
    assert.equal(await scratch.restoredRows(client), 3)
    assert.deepEqual([failures(scratch), database.status().counts.failedCaptures], [[], 0])
  })
}

test('deleted while the replica answers slowly → what was captured is in it before the database counts as absent', async () => {
  await using scratch = new ScratchStore()
  const { memory, client, app, database } = await synced(scratch)
  client.setPlan({ rules: [{ call: 'writeFile', nth: 1, fault: { kind: 'delay', delayMs: 200 } }] })
  app.exec('INSERT INTO t VALUES (1), (2)')
  await database.live?.capture()
  deleteAll(scratch, app)
  await database.look()
  await scratch.until('absent', () => database.status().state === 'absent')
  assert.equal(await scratch.restoredRows(memory), 2)
  assert.deepEqual(failures(scratch), [])
})

test('deleted while the replica cannot be reached → absent all the same; the rest goes up with the next database of the name', async () => {
  await using scratch = new ScratchStore()
  const { memory, client, app, database } = await synced(scratch)
  client.setPlan({ rates: { fail: 1 } })
  app.exec('INSERT INTO t VALUES (1), (2)')
  await database.live?.capture()
  deleteAll(scratch, app)
  await database.look()
  await scratch.until('absent', () => database.status().state === 'absent')
  client.setPlan({})
  scratch.app().exec('INSERT INTO t VALUES (1), (2), (3), (4)')
  await database.sync()
  assert.equal(await scratch.restoredRows(memory), 4)
})
