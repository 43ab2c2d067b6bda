import assert from 'node:assert/strict'
import { existsSync, rmSync } from 'node:fs'
import { test } from 'vitest'
import { collectFiles } from '@ltx/client-core'
import { withFaults } from '@ltx/client-core/faults'
import { memoryClient } from '@ltx/client-core/memory'
import { ScratchStore } from '../../../test/scratch-store.ts'
import { isReplicatorError } from '../errors.ts'
import { readConfirmed } from './confirmed-record.ts'
import { metaPathOf } from './meta-path.ts'

test('Database, sleep: silent and uploaded → dormant; a commit wakes it → active; asleep again → dormant again', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const client = memoryClient()
  const store = scratch.store()
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  for (let round = 0; round < 2; round++) {
    await database.sync()
    await scratch.until(
      'sleep',
      () => database.status().state === 'dormant' || (void database.sleep(), false),
    )
    app.exec('INSERT INTO t VALUES (1)')
    await scratch.until('the wake-up', () => database.status().state === 'active')
  }
  await database.sync()
  assert.equal(await scratch.restoredRows(client), 2)
  const states = scratch.kinds().filter((kind) => kind === 'dormant' || kind === 'active')
  assert.deepEqual(states, ['active', 'dormant', 'active', 'dormant', 'active'])
  assert.equal(scratch.kinds().filter((kind) => kind === 'resync').length, 1, 'only the first image')
})

test('Database, sleep: nothing happens, or only our own closing does → stays asleep', async () => {
  await using scratch = new ScratchStore()
  scratch.app()
  const store = scratch.store()
  const database = await store.addDatabase({ path: scratch.path(), client: memoryClient() })
  await store.open()
  await database.sync()
  await scratch.until('sleep', () => database.status().state === 'dormant' || (void database.sleep(), false))
  database.wake()
  await database.look()
  await scratch.env.clock.sleep(50)
  assert.equal(database.status().state, 'dormant')
})

test('Database, sleep: the application checkpoints while it sleeps → woken, nothing lost', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const client = memoryClient()
  const store = scratch.store()
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  await database.sync()
  await scratch.until('sleep', () => database.status().state === 'dormant' || (void database.sleep(), false))
  app.exec('INSERT INTO t VALUES (1)')
  app.pragma('wal_checkpoint(TRUNCATE)')
  app.exec('INSERT INTO t VALUES (2)')
  await scratch.until('the wake-up', () => database.status().state === 'active')
  await database.sync()
  assert.equal(await scratch.restoredRows(client), 2)
})

test('Database, sleep: another process writes local files meanwhile → a new session from what is there', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const client = memoryClient()
  const store = scratch.store()
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  await database.sync()
  await scratch.until('sleep', () => database.status().state === 'dormant' || (void database.sleep(), false))
  const other = scratch.store()
  const theirs = await other.addDatabase({ path: scratch.path(), client })
  app.exec('INSERT INTO t VALUES (1)')
  await other.open().catch(() => {}) // either of the two may have it at this moment
  if (theirs.status().state === 'active') await theirs.sync()
  await other.close()
  app.exec('INSERT INTO t VALUES (2)')
  await scratch.until('a sync', () => database.status().state === 'active' && database.live !== null)
  await database.sync()
  assert.equal(await scratch.restoredRows(client), 2)
})

test('Database, reset: local state is gone, TXIDs go on after the stored ones, and a sync right after it tells the truth', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const client = memoryClient()
  const store = scratch.store({ compactionEnabled: false })
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  for (let row = 0; row < 3; row++) {
    app.exec('INSERT INTO t VALUES (1)')
    await database.sync()
  }
  const before = database.status().txid ?? 0n
  await database.reset()
  app.exec('INSERT INTO t VALUES (2)')
  const { txid, replicatedTXID } = await database.sync()
  assert.ok(txid > before && replicatedTXID >= txid, `${before} → ${txid}, ${replicatedTXID}`)
  assert.equal(await scratch.restoredRows(client), 4)
  assert.equal(existsSync(`${metaPathOf(scratch.path())}/ltx/0`), true)
})

test('Database, snapshot: there is one of this position → read to its end, nothing written; after a commit → a new one', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const client = memoryClient()
  const store = scratch.store({ compactionEnabled: false })
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  app.exec('INSERT INTO t VALUES (1)')
  await database.sync()
  const first = await database.snapshot()
  assert.equal(first?.existed, false)
  const stored = (await collectFiles(client.listFiles(9))).length
  const again = await database.snapshot()
  assert.deepEqual([again?.existed, again?.file.maxTXID], [true, first?.file.maxTXID])
  assert.equal((await collectFiles(client.listFiles(9))).length, stored)
  app.exec('INSERT INTO t VALUES (2)') // no file event has been handled yet
  const next = await database.snapshot()
  assert.equal(next?.existed, false)
  assert.ok((next?.file.maxTXID ?? 0n) > (first?.file.maxTXID ?? 0n))
})

test('Database: deleted while it is followed → absent; there again → followed again', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const client = memoryClient()
  const store = scratch.store({ slowPollIntervalMs: 50 })
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  await database.sync()
  app.close()
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${scratch.path()}${suffix}`, { force: true })
  await scratch.until('absence', () => database.status().state === 'absent')
  await assert.rejects(database.sync(), (error) => isReplicatorError(error))
  const again = scratch.app()
  again.exec('INSERT INTO t VALUES (1), (2)')
  await scratch.until('being followed', () => database.status().state === 'active')
  await database.sync()
  assert.equal(await scratch.restoredRows(client), 2)
})

test('Database: deleted while it sleeps → absent', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const store = scratch.store({ slowPollIntervalMs: 50 })
  const database = await store.addDatabase({ path: scratch.path(), client: memoryClient() })
  await store.open()
  await database.sync()
  await scratch.until('sleep', () => database.status().state === 'dormant' || (void database.sleep(), false))
  app.close()
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${scratch.path()}${suffix}`, { force: true })
  await scratch.until('absence', () => database.status().state === 'absent')
})

test('Database: another writer owns the replica path → failed, a conflict is told, nothing overwritten', async () => {
  await using scratch = new ScratchStore()
  const [mine, theirs] = [scratch.app('mine.db'), scratch.app('theirs.db')]
  const client = memoryClient()
  const store = scratch.store({ compactionEnabled: false })
  const database = await store.addDatabase({ path: scratch.path('mine.db'), client })
  const other = scratch.store({ compactionEnabled: false })
  await store.open()
  await database.sync()
  const second = await other.addDatabase({ path: scratch.path('theirs.db'), client })
  await other.open()
  theirs.exec('INSERT INTO t VALUES (1)')
  await second.sync()
  const stored = new Map(client.storage.objects)
  mine.exec('INSERT INTO t VALUES (2)')
  await assert.rejects(database.sync(), (error) => isReplicatorError(error, 'REPLICATOR_CONFLICT'))
  await scratch.until('the end', () => database.status().state === 'failed')
  assert.ok(scratch.kinds('mine.db').includes('conflict'))
  for (const [path, object] of stored) assert.equal(client.storage.objects.get(path), object)
})

test('Database: the replica loses a reply → the file is there, that is as good', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const memory = memoryClient()
  const client = withFaults(memory, scratch.env, {
    rules: [1, 2].map((nth) => ({ call: 'writeFile' as const, nth, fault: { kind: 'lose-reply' as const } })),
  })
  const store = scratch.store({ compactionEnabled: false })
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  app.exec('INSERT INTO t VALUES (1)')
  await database.sync()
  assert.equal(await scratch.restoredRows(memory), 1)
  assert.ok(!scratch.kinds().includes('conflict'))
})

test('Database, sync: waited for; closed → noted in the local state that the replica holds it', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const store = scratch.store()
  const database = await store.addDatabase({ path: scratch.path(), client: memoryClient() })
  await store.open()
  const noted = (): bigint | null => readConfirmed(scratch.env, metaPathOf(scratch.path()))
  app.exec('INSERT INTO t VALUES (1)')
  const { txid } = await database.sync()
  assert.equal(noted(), txid)
  app.exec('INSERT INTO t VALUES (2)')
  await store.close()
  assert.equal(noted(), txid + 1n)
})
