import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'vitest'
import { ClientError } from '@ltx/client-core'
import { withFaults } from '@ltx/client-core/faults'
import { memoryClient } from '@ltx/client-core/memory'
import { ScratchStore } from './scratch-store.ts'
import { isReplicatorError, type ReplicatorErrorCode } from '../src/lib/errors.ts'

// How a Store begins to follow databases: what it is told of at `open`, and what it waits for.

function isCode(code: ReplicatorErrorCode): (error: unknown) => boolean {
  return (error) => isReplicatorError(error, code)
}

test('Store, open: a replica cannot be connected → rejects with its error, and nothing has been opened', async () => {
  await using scratch = new ScratchStore()
  scratch.app()
  const plan = { rules: [{ call: 'init', nth: 1, fault: { kind: 'fail', code: 'CLIENT_DENIED' } }] } as const
  const client = withFaults(memoryClient(), scratch.env, plan)
  const store = scratch.store()
  await store.addDatabase({ path: scratch.path(), client })
  await assert.rejects(
    store.open(),
    (error) => error instanceof ClientError && error.code === 'CLIENT_DENIED',
  )
  assert.deepEqual(scratch.events, [])
  assert.ok(!existsSync(`${scratch.directory}/.app.db-litestream`))
})

test('Store, open: a replica cannot be reached → opened all the same, what is committed is captured and goes up later', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const client = withFaults(memoryClient(), scratch.env, { rates: { fail: 1 } })
  const store = scratch.store({ compactionEnabled: false })
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  app.exec('INSERT INTO t VALUES (1)')
  await database.live?.capture()
  assert.ok((database.status().txid ?? 0n) > 0n)
  client.setPlan({})
  await database.sync()
  assert.equal(await scratch.restoredRows(client), 1)
})

test('Store, addDatabase: the same database is being removed → waits for that, then follows it', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const client = memoryClient()
  const store = scratch.store({ workers: 'threads', compactionEnabled: false })
  await store.open()
  const config = { path: scratch.path(), client }
  const before = await store.addDatabase(config)
  const removed = store.removeDatabase(scratch.path())
  const [after, same] = await Promise.all([store.addDatabase(config), store.addDatabase(config)])
  assert.equal(before.status().state, 'closed')
  await removed
  assert.equal(after, same)
  app.exec('INSERT INTO t VALUES (1)')
  await after.sync()
  assert.equal(await scratch.restoredRows(client), 1)
  void store.removeDatabase(scratch.path())
  await store.close() // waits for it as well
  assert.equal(after.status().state, 'closed')
})

test('Store, open: another Store has the database → REPLICATOR_LOCKED, and the first one goes on', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const client = memoryClient()
  const first = scratch.store()
  const database = await first.addDatabase({ path: scratch.path(), client })
  await first.open()
  const second = scratch.store()
  await second.addDatabase({ path: scratch.path(), client: memoryClient() })
  await assert.rejects(second.open(), isCode('REPLICATOR_LOCKED'))
  assert.equal(second.databases[0]?.status().state, 'failed')
  app.exec('INSERT INTO t VALUES (1)')
  await database.sync()
  assert.equal(await scratch.restoredRows(client), 1)
})
