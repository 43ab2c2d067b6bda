import assert from 'node:assert/strict'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { test } from 'vitest'
import { ClientError, type CallOptions, type FileInfo, type ReplicaClient } from '@ltx/client-core'
import { withFaults } from '@ltx/client-core/faults'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import type { Env } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import { metaPathOf } from '../src/lib/database/meta-path.ts'
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
  assert.deepEqual(scratch.kinds(), ['error', 'failed'])
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

/** Pauses are next to nothing. */
function impatient(): Env {
  const env = nodeEnv()
  const random = new Proxy(env.random, {
    get: (target, name): unknown => (name === 'next' ? () => 0.001 : Reflect.get(target, name)),
  })
  return { ...env, random }
}

test('Store, open: one of two is locked → the other is followed; the lock is gone → followed as well, by itself', async () => {
  await using scratch = new ScratchStore(impatient())
  const apps = [scratch.app(), scratch.app('second.db')]
  const owner = scratch.store()
  await owner.addDatabase({ path: scratch.path(), client: memoryClient() })
  await owner.open()
  const [locked, free] = [memoryClient(), memoryClient()]
  const store = scratch.store({ compactionEnabled: false })
  const first = await store.addDatabase({ path: scratch.path(), client: locked })
  const second = await store.addDatabase({ path: scratch.path('second.db'), client: free })
  await store.open()
  assert.deepEqual([first.status().state, second.status().state], ['failed', 'active'])
  await assert.rejects(first.sync(), isCode('REPLICATOR_LOCKED'))
  for (const app of apps) app.exec('INSERT INTO t VALUES (1)')
  await second.sync()
  assert.equal(await scratch.restoredRows(free), 1)
  await owner.close()
  await scratch.until('the lock', () => first.status().state === 'active')
  await first.sync()
  assert.equal(await scratch.restoredRows(locked), 1)
  assert.ok(scratch.kinds().includes('recovered'))
})

test('Store, open: a replica of two refuses us → that database is not opened, the other is followed; allowed → both', async () => {
  await using scratch = new ScratchStore(impatient())
  const apps = [scratch.app(), scratch.app('second.db')]
  const rules = [{ call: 'init', nth: 1, fault: { kind: 'fail', code: 'CLIENT_DENIED' } }] as const
  const client = withFaults(memoryClient(), scratch.env, { rules })
  const store = scratch.store({ compactionEnabled: false })
  const first = await store.addDatabase({ path: scratch.path(), client })
  await store.addDatabase({ path: scratch.path('second.db'), client: memoryClient() })
  await store.open()
  await scratch.until('permission', () => first.status().state === 'active')
  assert.deepEqual(scratch.kinds().slice(0, 2), ['error', 'failed'])
  for (const app of apps) app.exec('INSERT INTO t VALUES (1)')
  for (const database of store.databases) await database.sync()
})

/** Lists nothing until it is let; ends its calls when it is told to. */
class SlowReplica {
  readonly memory: MemoryClient = memoryClient()
  readonly client: ReplicaClient = new Proxy(this.memory, {
    get: (target, name): unknown => {
      if (name === 'listFiles') return (level: number, options: CallOptions) => this.#list(level, options)
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  isSlow = true
  asked = 0

  async *#list(level: number, { signal }: CallOptions): AsyncGenerator<FileInfo> {
    this.asked++
    if (this.isSlow) {
      await new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
      })
    }
    yield* this.memory.listFiles(level)
  }
}

for (const [situation, hasRun] of [
  ['it ran before', true],
  ['nothing local is there', false],
] as const) {
  test(`Store, close while the first listing is not answered, ${situation} → ends at once${hasRun ? ', and what was committed is captured' : ', nothing is written'}`, async () => {
    await using scratch = new ScratchStore()
    const app = scratch.app()
    const slow = new SlowReplica()
    slow.isSlow = !hasRun
    const quick = { compactionEnabled: false, shutdownSyncTimeoutMs: 200, shutdownSyncIntervalMs: 1 }
    const config = { path: scratch.path(), client: slow.client, settings: { dormantAfterMs: 0 } }
    if (hasRun) {
      await using before = scratch.store(quick)
      const database = await before.addDatabase(config)
      await before.open()
      await database.sync()
    }
    slow.isSlow = true
    slow.asked = 0
    const files = (): number => readdirSync(`${metaPathOf(scratch.path())}/ltx/0`).length
    const store = scratch.store(quick)
    const database = await store.addDatabase(config)
    const opening = store.open()
    await scratch.until('the question', () => slow.asked > 0)
    assert.equal(database.status().state, 'opening')
    assert.ok(database.status().behindSinceMs !== null)
    app.exec('INSERT INTO t VALUES (1)')
    const count = hasRun ? files() : 0
    const startMs = performance.now()
    await store.close()
    await opening
    assert.ok(performance.now() - startMs < 20_000)
    if (hasRun) assert.equal(files(), count + 1)
    else assert.ok(!existsSync(`${metaPathOf(scratch.path())}/ltx/0`) || files() === 0)
    if (!hasRun) return
    slow.isSlow = false
    const after = scratch.store(quick)
    const last = await after.addDatabase(config)
    await after.open()
    await last.sync()
    assert.equal(await scratch.restoredRows(slow.memory), 1)
  })
}

test('Store: a database that was there and is not → missing; one that never was → not; there again → neither', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const client = memoryClient()
  const store = scratch.store({ compactionEnabled: false, slowPollIntervalMs: 50 })
  const database = await store.addDatabase({ path: scratch.path(), client })
  const other = await store.addDatabase({ path: scratch.path('other.db'), client: memoryClient() })
  await store.open()
  await database.sync()
  app.close()
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${scratch.path()}${suffix}`, { force: true })
  await scratch.until('absence', () => database.status().state === 'absent')
  assert.deepEqual([database.status().isMissing, database.status().behindSinceMs], [true, null])
  assert.deepEqual([other.status().state, other.status().isMissing], ['absent', false])
  await store.close()
  const next = scratch.store({ compactionEnabled: false, slowPollIntervalMs: 50 })
  const again = await next.addDatabase({ path: scratch.path(), client })
  await next.open()
  assert.equal(again.status().isMissing, true)
  scratch.app().exec('INSERT INTO t VALUES (1)')
  await scratch.until('its return', () => again.status().state === 'active')
  assert.equal(again.status().isMissing, false)
})

function neverConnects({ signal }: CallOptions): Promise<void> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

test('Store, open: a database is removed, and the Store closed, while it waits for its turn → it is never begun', async () => {
  const env = nodeEnv()
  const watched: string[] = []
  const files = new Proxy(env.files, {
    get: (target, name): unknown => {
      if (name === 'watch') return (path: string) => (watched.push(path), () => {})
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  await using scratch = new ScratchStore({ ...env, files })
  const store = scratch.store({ compactionEnabled: false })
  for (let count = 0; count < 50; count++) {
    await store.addDatabase({
      path: scratch.path(`${count}.db`),
      client: Object.assign(memoryClient(), { init: neverConnects }),
    })
  }
  const later = ['removed/a.db', 'closed/a.db'].map((name) => scratch.path(name))
  for (const path of later)
    await store.addDatabase({ path, client: Object.assign(memoryClient(), { init: neverConnects }) })
  const opening = store.open()
  await scratch.until('the first turns', () => watched.length > 0)
  await store.removeDatabase(scratch.path('removed/a.db'))
  await store.close()
  await opening
  assert.deepEqual(new Set(watched), new Set([scratch.directory]))
})
