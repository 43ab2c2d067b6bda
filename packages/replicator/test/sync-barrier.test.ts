import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { ReplicaClient } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { ScratchStore } from './scratch-store.ts'

/** Storage whose uploads wait at a gate while it is shut. Counts them. */
function gatedClient(): { client: ReplicaClient; uploads: number; shut(): () => void } {
  const client = memoryClient()
  const writeFile = client.writeFile.bind(client)
  let gate: Promise<void> = Promise.resolve()
  const scene = {
    client,
    uploads: 0,
    shut(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      return resolve
    },
  }
  client.writeFile = async (...args) => {
    await gate
    scene.uploads++
    return await writeFile(...args)
  }
  return scene
}

test('Database, sync: 50 callers at once → one capture and one upload for all of them', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const storage = gatedClient()
  const store = scratch.store({ compactionEnabled: false })
  const database = await store.addDatabase({ path: scratch.path(), client: storage.client })
  await store.open()
  await database.sync()
  const live = database.live
  assert.ok(live !== null)
  let captures = 0
  const through = live.captures.through.bind(live.captures)
  live.captures.through = (queue, capture) => {
    captures++
    return through(queue, capture)
  }
  const before = storage.uploads
  app.exec('INSERT INTO t VALUES (1)')
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => database.sync()))
  assert.equal(new Set(outcomes.map(({ txid }) => txid)).size, 1)
  assert.ok(captures <= 3, `${captures} captures: ours, and those of the capture loop after the file event`)
  assert.equal(storage.uploads, before + 1)
  assert.equal(await scratch.restoredRows(storage.client), 1)
})

test('Database, sync: callers come while an upload is under way → each returns only when its own commit is stored', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const storage = gatedClient()
  const store = scratch.store({ compactionEnabled: false })
  const database = await store.addDatabase({ path: scratch.path(), client: storage.client })
  await store.open()
  await database.sync()
  const open = storage.shut()
  app.exec('INSERT INTO t VALUES (1)')
  const first = database.sync()
  const before = storage.uploads
  const rowsThen: Promise<number>[] = []
  for (let row = 2; row <= 20; row++) {
    app.exec(`INSERT INTO t VALUES (${row})`)
    rowsThen.push(
      database.sync().then(async () => {
        const stored = await scratch.restoredRows(storage.client)
        assert.ok(stored >= row, `row ${row} was committed before, and ${stored} rows were stored`)
        return stored
      }),
    )
    await scratch.env.clock.sleep(1)
  }
  open()
  await first
  await Promise.all(rowsThen)
  assert.ok(storage.uploads - before <= 20, `${storage.uploads - before} uploads`)
})

test('Database, sync: a caller gives up → it hears its own reason, the others go on', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const storage = gatedClient()
  const store = scratch.store({ compactionEnabled: false })
  const database = await store.addDatabase({ path: scratch.path(), client: storage.client })
  await store.open()
  await database.sync()
  const open = storage.shut()
  app.exec('INSERT INTO t VALUES (1)')
  const controller = new AbortController()
  const [impatient, patient] = [database.sync({ signal: controller.signal }), database.sync()]
  const reason = new Error('no time')
  controller.abort(reason)
  await assert.rejects(impatient, reason)
  open()
  await patient
  assert.equal(await scratch.restoredRows(storage.client), 1)
})

test('Database, capture: the database appears, and no event has told of it → captured; there is none → an error', async () => {
  await using scratch = new ScratchStore()
  const client = memoryClient()
  const store = scratch.store()
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  await assert.rejects(database.capture(), /does not exist: no position, waiting for data/)
  scratch.app().exec('INSERT INTO t VALUES (1)')
  assert.equal(await database.capture(), 2n) // the image, and the file beside it
  await database.sync()
  assert.equal(await scratch.restoredRows(client), 1)
})

test('Database, status: what was captured last → told, with the time it took', async () => {
  await using scratch = new ScratchStore()
  scratch.app()
  const store = scratch.store()
  const database = await store.addDatabase({ path: scratch.path(), client: memoryClient() })
  assert.equal(database.status().capture, null)
  await store.open()
  await scratch.until('the end of a capture', () => database.status().capture?.report?.kind === 'synced')
  const { capture } = database.status()
  assert.ok(capture !== null && capture.updatedAtMs >= capture.startedAtMs)
})

test('Store, removeDatabase: cut short → the last sync is given up, and an event says so', async () => {
  await using scratch = new ScratchStore()
  const app = scratch.app()
  const storage = gatedClient()
  const store = scratch.store({ compactionEnabled: false })
  const database = await store.addDatabase({ path: scratch.path(), client: storage.client })
  await store.open()
  await database.sync()
  const open = storage.shut()
  app.exec('INSERT INTO t VALUES (1)')
  await database.capture()
  const removed = store.removeDatabase(scratch.path(), { signal: AbortSignal.abort(new Error('enough')) })
  open()
  await removed
  const failures = scratch.events.filter((event) => event.kind === 'error' && event.during === 'close')
  assert.equal(failures.length, 1)
  assert.deepEqual(store.databases, [])
})
