import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'vitest'
import { hashOf, inspect } from './lib/compare.ts'
import { createDatabase } from './lib/create-database.ts'
import { filesUnder } from './lib/files-under.ts'
import { Scene } from './lib/scene.ts'
import { startStore, type StoreJob } from './lib/start-store.ts'

const QUIET = { checkpointIntervalMs: 0, minCheckpointPageCount: 1e6 }

function contentsUnder(folder: string): Map<string, string> {
  return new Map([...filesUnder(folder).keys()].map((name) => [name, hashOf(path.join(folder, name))]))
}

test('nothing written: a checkpointed database that nobody writes to, followed, asleep, awake, closed → the same bytes and times', async () => {
  await using scene = await Scene.make()
  const before = { hash: hashOf(scene.database), mtimeMs: statSync(scene.database).mtimeMs }
  const { child } = await scene.syncAndCompare({}, true)
  for (let look = 0; look < 3; look++) await child.call('look')
  assert.equal(await child.call('sleep'), true)
  await child.call('look')
  await child.call('close')
  await scene.syncAndCompare()
  assert.deepEqual({ hash: hashOf(scene.database), mtimeMs: statSync(scene.database).mtimeMs }, before)
}, 60_000)

for (const driver of ['better-sqlite3', 'node:sqlite'] as const) {
  test(`nothing written: the same SQL with a replicator (${driver}) beside it and without → as many frames, the same file`, async () => {
    const found: { frames: unknown; hash: string }[] = []
    for (const followed of [false, true]) {
      await using scene = await Scene.make()
      createDatabase(path.join(scene.folder, 'fresh.db'), 4096) // without random content
      await scene.app.call('replaceBy', path.join(scene.folder, 'fresh.db'))
      const replicator = followed ? await scene.replicator({ driver, settings: QUIET }) : null
      await replicator?.call('open')
      for (let commit = 1; commit <= 40; commit++) {
        await scene.write(`INSERT INTO rows(body) VALUES (zeroblob(${commit * 100}))`)
        if (commit % 10 === 0) await replicator?.call('sync')
      }
      const frames = await scene.app.call('pragma', 'main', 'wal_checkpoint(NOOP)')
      await replicator?.call('sync')
      await replicator?.call('close')
      await scene.app.call('pragma', 'main', 'wal_checkpoint(TRUNCATE)')
      await scene.app.call('closeAll')
      found.push({ frames: withoutBackfill(frames), hash: hashOf(scene.database) })
    }
    assert.deepEqual(found[1], found[0])
  }, 60_000)
}

/** How far our own checkpoints came is no matter here. */
function withoutBackfill(answer: unknown): unknown {
  return (answer as { busy: number; log: number }[]).map(({ busy, log }) => ({ busy, log }))
}

test("checkpoints: the application's RESTART and TRUNCATE beside us → never busy", async () => {
  await using scene = await Scene.make()
  const replicator = await scene.replicator({ settings: { syncIntervalMs: 20 } })
  await replicator.call('open')
  for (let round = 0; round < 12; round++) {
    await scene.insert(300)
    const mode = round % 2 === 0 ? 'TRUNCATE' : 'RESTART'
    const [row] = (await scene.app.call('pragma', 'main', `wal_checkpoint(${mode})`)) as { busy: number }[]
    assert.equal(row?.busy, 0, `${mode} waited for five seconds in vain`)
  }
  assert.deepEqual((await scene.compare(replicator)).resyncs, ['no-position, whole'])
}, 90_000)

test('second replicator: the same database and state folder → REPLICATOR_LOCKED, the first goes on', async () => {
  await using scene = await Scene.make()
  const { child } = await scene.syncAndCompare({}, true)
  const second = await scene.replicator()
  await assert.rejects(second.call('open'), { code: 'REPLICATOR_LOCKED' })
  await scene.insert(2)
  await scene.compare(child)
}, 60_000)

test('second replicator: another state folder, the same replica → one stops with REPLICATOR_CONFLICT, nothing is overwritten', async () => {
  await using scene = await Scene.make()
  const { child: first } = await scene.syncAndCompare({}, true)
  const before = contentsUnder(scene.replica)
  const second = await scene.replicator({ settings: { metaPath: path.join(scene.folder, 'other-state') } })
  await second.call('open')
  let ends: PromiseSettledResult<unknown>[] = []
  // the same frames captured in the same millisecond are the same file: no conflict yet, and no harm
  for (let attempt = 0; attempt < 50 && ends.every(({ status }) => status === 'fulfilled'); attempt++) {
    await scene.insert(3)
    ends = await Promise.allSettled([first.call('sync'), second.call('sync')])
  }
  const refused = ends.flatMap((end) =>
    end.status === 'rejected' ? [(end.reason as { code: unknown }).code] : [],
  )
  assert.deepEqual(refused, ['REPLICATOR_CONFLICT'])
  const after = contentsUnder(scene.replica)
  for (const [name, hash] of before) assert.equal(after.get(name), hash, name)
  const winner = ends[0]?.status === 'fulfilled' ? first : second
  await scene.insert(3)
  await scene.compare(winner)
}, 60_000)

test('replaced: another database takes the name while it is followed → noticed by the look, compared, nothing lost', async () => {
  await using scene = await Scene.make()
  const { child } = await scene.syncAndCompare({}, true)
  const other = path.join(scene.folder, 'other.db')
  createDatabase(other, 4096, 500)
  await scene.app.call('replaceBy', other)
  await scene.insert(5)
  await child.call('look')
  const { resyncs } = await scene.compare(child)
  assert.equal(resyncs.length, 2)
  assert.ok(scene.events.some(({ kind }) => kind === 'replaced'))
  await scene.insert(5)
  assert.equal((await scene.compare(child)).resyncs.length, 2)
}, 60_000)

test('replaced: the database is deleted while it is followed, and made again → waited for, then followed', async () => {
  await using scene = await Scene.make()
  const { child } = await scene.syncAndCompare({}, true)
  await scene.app.call('remove')
  await child.call('look')
  await child.call('until', 'absent')
  createDatabase(scene.database, 4096, 100)
  await child.call('look')
  await child.call('until', 'active')
  await scene.insert(5)
  await scene.compare(child)
}, 60_000)

for (const driver of ['better-sqlite3', 'node:sqlite'] as const) {
  test(`lost locks: a readFile of the database in our process (${driver}), the application closes and opens → noticed, nothing lost`, async () => {
    await using scene = await Scene.make()
    const { database, replica } = scene
    const job: StoreJob = {
      database,
      replica,
      driver,
      workers: 'in-process',
      store: { compactionEnabled: false },
    }
    const store = await startStore(job, (event) => scene.events.push(event))
    try {
      await scene.insert(2)
      await store.sync()
      await readFile(database) // closes its descriptor: SQLite's locks of this process are gone
      await scene.app.call('closeAll') // deletes the WAL under our pin
      await scene.insert(3)
      await store.look()
      await scene.compareStore(store)
      assert.ok(scene.events.some(({ kind }) => kind === 'replaced'))
      assert.equal(readFileSync(`${database}-wal`).length > 0, true, "the application's WAL is still there")
      await scene.insert(3)
      await scene.compareStore(store)
    } finally {
      await store.close()
    }
  }, 60_000)
}

for (const driver of ['better-sqlite3', 'node:sqlite'] as const) {
  test(`lost locks: a readFile in our process (${driver}), the application comes again and dies → its WAL outlives our closing`, async () => {
    await using scene = await Scene.make()
    const { database, replica } = scene
    const job: StoreJob = {
      database,
      replica,
      driver,
      workers: 'in-process',
      store: { compactionEnabled: false },
    }
    const store = await startStore(job, (event) => scene.events.push(event))
    try {
      await scene.insert(2)
      await store.sync()
      await readFile(database)
      await scene.app.call('closeAll')
      await scene.insert(3)
      await scene.write("INSERT INTO ledger VALUES ('app', 7)")
      await scene.killApp() // its commits are in the WAL only, and nobody but us has the database open
      await store.look()
      await scene.compareStore(store)
      assert.equal(inspect(path.join(scene.folder, 'restored.db')).ledger.get('app'), 7)
    } finally {
      await store.close()
    }
  }, 60_000)
}
