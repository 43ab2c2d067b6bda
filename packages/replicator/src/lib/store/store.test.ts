import assert from 'node:assert/strict'
import { test } from 'vitest'
import { memoryClient } from '@ltx/client-core/memory'
import type { Env } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import { ScratchStore } from '../../../test/scratch-store.ts'
import { ThreadWatch } from '../../../test/thread-watch.ts'
import { isReplicatorError, type ReplicatorErrorCode } from '../errors.ts'
import { Store } from './store.ts'

/** The real files, but for the file events. */
function withWatch(watch: Env['files']['watch']): Env {
  const env = nodeEnv()
  const files = new Proxy(env.files, {
    get(target, name): unknown {
      if (name === 'watch') return watch
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  return { ...env, files }
}

function isCode(code: ReplicatorErrorCode): (error: unknown) => boolean {
  return (error) => isReplicatorError(error, code)
}

test('Store: a database added before open, another after it → both are replicated', async () => {
  await using scratch = new ScratchStore()
  const [first, second] = [memoryClient(), memoryClient()]
  const apps = [scratch.app('first.db'), scratch.app('second.db')]
  const store = scratch.store()
  await store.addDatabase({ path: scratch.path('first.db'), client: first })
  assert.deepEqual([store.databases.length, first.storage.objects.size], [1, 0])
  await store.open()
  await store.addDatabase({ path: scratch.path('second.db'), client: second })
  for (const app of apps) app.exec('INSERT INTO t VALUES (1), (2)')
  for (const database of store.databases) await database.sync()
  assert.equal(await scratch.restoredRows(first), 2)
  assert.equal(await scratch.restoredRows(second), 2)
})

test('Store: the same path twice, written in two ways → the same database', async () => {
  await using scratch = new ScratchStore()
  scratch.app()
  const store = scratch.store()
  const first = await store.addDatabase({ path: scratch.path(), client: memoryClient() })
  const path = `${scratch.directory}/./x/../app.db`
  assert.equal(await store.addDatabase({ path, client: memoryClient() }), first)
  assert.deepEqual(store.databases, [first])
})

test('Store: removed → a last sync, then nothing more; added again → goes on', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const client = memoryClient()
  const store = scratch.store()
  await store.open()
  await store.addDatabase({ path: scratch.path(), client })
  app.exec('INSERT INTO t VALUES (1)')
  await store.removeDatabase(scratch.path())
  assert.deepEqual(store.databases, [])
  assert.equal(await scratch.restoredRows(client), 1)
  app.exec('INSERT INTO t VALUES (2)')
  await store.removeDatabase(scratch.path()) // unknown: fine
  assert.equal(await scratch.restoredRows(client), 1)
  const again = await store.addDatabase({ path: scratch.path(), client })
  await again.sync()
  assert.equal(await scratch.restoredRows(client), 2)
})

test('Store: a database that does not exist yet → absent, and followed as soon as it appears', async () => {
  await using scratch = new ScratchStore()
  const client = memoryClient()
  const store = scratch.store()
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  assert.equal(database.status().state, 'absent')
  scratch.app().exec('INSERT INTO t VALUES (1)')
  await scratch.until('the database', () => database.status().state === 'active')
  await database.sync()
  assert.equal(await scratch.restoredRows(client), 1)
})

test('Store: a commit → captured and uploaded by its file event, and told in this order', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const client = memoryClient()
  const store = scratch.store()
  await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  const before = ['upload', 'snapshot'] // of the first image; they come in either order
  await scratch.until('both', () => before.every((kind) => scratch.kinds().includes(kind)))
  const { length } = scratch.events
  app.exec('INSERT INTO t VALUES (1)')
  await scratch.until('the upload', () => scratch.kinds().slice(length).includes('upload'))
  assert.deepEqual(scratch.kinds().slice(length), ['sync', 'upload'])
  await store.close()
  const kinds = scratch.kinds().filter((kind) => kind !== 'compaction')
  assert.deepEqual([kinds.slice(0, 4), kinds.at(-1)], [['start', 'sync', 'resync', 'active'], 'closed'])
})

test('Store: a listener that left → hears nothing more', async () => {
  await using scratch = new ScratchStore()
  scratch.app()
  const store = scratch.store()
  const heard: string[] = []
  const leave = store.on(({ kind }) => heard.push(kind))
  await store.addDatabase({ path: scratch.path(), client: memoryClient() })
  await store.open()
  const { length } = heard
  assert.ok(length > 0)
  leave()
  await store.close()
  assert.equal(heard.length, length)
})

test('Store: file events cannot be had → told once, and the monitor interval takes their place', async () => {
  const env = withWatch((_, _onEvent, onError) => {
    onError(Object.assign(new Error('ENOSPC: too many watches'), { code: 'ENOSPC' }))
    return () => {}
  })
  await using scratch = new ScratchStore(env)
  const app = scratch.app()
  const client = memoryClient()
  const store = scratch.store({ slowPollIntervalMs: 3_600_000 })
  await store.addDatabase({ path: scratch.path(), client, settings: { monitorIntervalMs: 20 } })
  await store.open()
  app.exec('INSERT INTO t VALUES (1)')
  const row = (): number => scratch.kinds().filter((kind) => kind === 'sync').length
  await scratch.until('a sync by the poll', () => row() >= 2)
  const errors = scratch.events.filter((event) => event.kind === 'error')
  assert.deepEqual(
    errors.map(({ during, retryInMs }) => [during, retryInMs]),
    [['watch', 20]],
  )
})

test('Store: an event that never came → the slow poll sees the change', async () => {
  await using scratch = new ScratchStore(withWatch(() => () => {}))
  const app = scratch.app()
  const client = memoryClient()
  const store = scratch.store({ slowPollIntervalMs: 50 })
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  const before = database.status().txid
  app.exec('INSERT INTO t VALUES (1)')
  await scratch.until('the slow poll', () => database.status().txid !== before)
  assert.deepEqual(
    scratch.events.filter((event) => event.kind === 'error'),
    [],
  )
})

test('Store: a crowd of 100 → all but the limit sleep, an event wakes one of them', async () => {
  await using scratch = new ScratchStore()
  const names = Array.from({ length: 100 }, (_, index) => `${index}.db`)
  const apps = new Map(names.map((name) => [name, scratch.app(name)]))
  const clients = new Map(names.map((name) => [name, memoryClient()]))
  const store = scratch.store({ slowPollIntervalMs: 200, awakeMax: 64 })
  for (const [name, client] of clients) await store.addDatabase({ path: scratch.path(name), client })
  await store.open()
  const sleepers = (): string[] =>
    names.filter((_, index) => store.databases[index]?.status().state === 'dormant')
  await scratch.until('36 sleepers', () => sleepers().length >= 100 - 64)
  const [name = ''] = sleepers()
  const database = store.databases[names.indexOf(name)]
  const before = database?.status().replicatedTXID ?? 0n
  apps.get(name)?.exec('INSERT INTO t VALUES (1)')
  await scratch.until('the upload', () => (database?.status().replicatedTXID ?? 0n) > before)
  assert.equal(await scratch.restoredRows(clients.get(name) ?? memoryClient()), 1)
}, 60_000)

test('Store, threads: the thread dies while it is quiet → the database is opened in a new one by the next event', async () => {
  await using scratch = new ScratchStore()
  using threads = new ThreadWatch()
  const app = scratch.app()
  const client = memoryClient()
  const store = scratch.store({ workers: 'threads' })
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  await database.sync()
  await threads.kill()
  app.exec('INSERT INTO t VALUES (1)')
  await scratch.until('a second thread', () => threads.started.length === 2)
  await scratch.until('the upload', () => (database.status().replicatedTXID ?? 0n) >= 3n)
  assert.equal(await scratch.restoredRows(client), 1)
  const resyncs = scratch.events.filter((event) => event.kind === 'resync' && event.full)
  assert.equal(resyncs.length, 1) // the first image
  await store.close()
  assert.equal(threads.alive, 0)
})

test('Store: closed → adding is refused, closing again is fine', async () => {
  await using scratch = new ScratchStore()
  scratch.app()
  const store = scratch.store()
  await store.addDatabase({ path: scratch.path(), client: memoryClient() })
  await store.open()
  await store.close()
  await store.close()
  const added = store.addDatabase({ path: scratch.path('other.db'), client: memoryClient() })
  await assert.rejects(added, isCode('REPLICATOR_CLOSED'))
  await assert.rejects(store.databases[0]!.sync(), isCode('REPLICATOR_CLOSED'))
})

test('Store: settings that are wrong → refused before anything happens', async () => {
  await using scratch = new ScratchStore()
  assert.throws(() => scratch.store({ workersMax: 0 }), isCode('REPLICATOR_BAD_SETTINGS'))
  const { env } = scratch
  assert.throws(() => new Store({ env }, { workers: 'in-process' }), isCode('REPLICATOR_BAD_SETTINGS'))
  const store = scratch.store()
  const config = { path: scratch.path(), client: memoryClient(), settings: { syncIntervalMs: 0 } }
  await assert.rejects(store.addDatabase(config), isCode('REPLICATOR_BAD_SETTINGS'))
  assert.deepEqual(store.databases, [])
})

test('Store: a listener throws at every event → the engine and the other listeners go on', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const client = memoryClient()
  const store = scratch.store()
  store.on(() => {
    throw new Error('made by the test')
  })
  const late: string[] = []
  store.on(({ kind }) => late.push(kind))
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  app.exec('INSERT INTO t VALUES (1)')
  await database.sync()
  assert.equal(await scratch.restoredRows(client), 1)
  assert.deepEqual([late.includes('error'), late.includes('upload')], [false, true])
})
