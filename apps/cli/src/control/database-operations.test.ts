import assert from 'node:assert/strict'
import { memoryClient } from '@ltx/client-core/memory'
import { fileClientFromUrl } from '@ltx/client-file'
import { nodeEnv } from '@ltx/env/node'
import Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import { ControlScene } from '../../test/control-scene.ts'
import { makeDatabase } from '../../test/make-replica.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import type { ControlContext } from './control-context.ts'

/** A database that is followed, with one transaction in its replica. */
async function synced(scene: ControlScene): Promise<string> {
  await makeDatabase(scene.path())
  await scene.include()
  const path = scene.path()
  const reply = await scene.ask('/sync', { path, wait: true })
  assert.equal(reply.status, 200, reply.text)
  return path
}

const onDisk: ControlContext['newDatabase'] = (path, url) =>
  Promise.resolve({ path, client: fileClientFromUrl(url, { env: nodeEnv() }), settings: {} })

function commit(path: string): void {
  const database = new Sqlite(path)
  database.exec('INSERT INTO note VALUES (7)')
  database.close()
}

test('syncDatabase: nothing new, new without and with wait → Litestream’s fields and words', async () => {
  await using scene = await ControlScene.open()
  const path = await synced(scene)
  assert.equal(
    (await scene.ask('/sync', { path })).text,
    `{"status":"no_change","path":"${path}","txid":2,"replicated_txid":2}\n`,
  )
  const app = new Sqlite(path)
  app.exec('BEGIN; INSERT INTO note VALUES (7); COMMIT')
  const local = JSON.parse((await scene.ask('/sync', { path })).text) as Record<string, unknown>
  assert.ok(
    local['status'] === 'synced_local' || local['status'] === 'no_change',
    'the engine may have been first',
  )
  assert.equal(local['txid'], 3)
  app.exec('INSERT INTO note VALUES (8)')
  const waited = JSON.parse((await scene.ask('/sync', { path, wait: true })).text) as Record<string, unknown>
  assert.deepEqual([waited['txid'], waited['replicated_txid']], [4, 4])
  app.close()
})

test('syncDatabase: unknown, stopped, absent → 404, 409, nothing to do; waiting for an absent one → 500', async () => {
  await using scene = await ControlScene.open()
  const path = await synced(scene)
  const unknown = await scene.ask('/sync', { path: 'b.db' })
  assert.deepEqual(
    [unknown.status, unknown.text],
    [404, `{"error":"database not found: ${scene.path('b.db')}"}\n`],
  )
  await scene.ask('/stop', { path })
  const stopped = await scene.ask('/sync', { path })
  assert.deepEqual([stopped.status, stopped.text], [409, `{"error":"database not open: ${path}"}\n`])
  await scene.include('absent.db')
  const absent = await scene.ask('/sync', { path: 'absent.db' })
  assert.match(absent.text, /"status":"no_change".*"txid":0,"replicated_txid":0/)
  const waiting = await scene.ask('/sync', { path: 'absent.db', wait: true })
  assert.equal(waiting.status, 500)
  assert.match(waiting.text, /"error":"sync database: .*waiting for data/)
})

test('syncDatabase: the replica does not answer in time → 500 that says what it waits for', async () => {
  await using scene = await ControlScene.open()
  const path = await synced(scene)
  const managed = scene.databases.get(path)
  assert.ok(managed !== null)
  managed.client.writeFile = () => Promise.reject(new Error('no route to the storage'))
  commit(path)
  const reply = await scene.ask('/sync', { path, wait: true, timeout: 1 })
  assert.equal(reply.status, 500)
  assert.match(reply.text, /sync database: timed out after 1s \(upload: no route to the storage\)/)
  const past = await scene.ask('/sync', { path, wait: true, timeout: -1 })
  assert.match(past.text, /no time was left for it \(timeout -1\)/)
})

test('stopDatabase, startDatabase: running, stopped → done once, then already; unknown → 500', async () => {
  await using scene = await ControlScene.open()
  const path = await synced(scene)
  commit(path)
  const told = async (endpoint: string): Promise<string> => (await scene.ask(endpoint, { path })).text
  assert.equal(await told('/stop'), `{"status":"stopped","path":"${path}","txid":3}\n`)
  assert.equal(await told('/stop'), `{"status":"already_stopped","path":"${path}","txid":3}\n`)
  assert.equal(await told('/start'), `{"status":"started","path":"${path}","txid":3}\n`)
  assert.equal(await told('/start'), `{"status":"already_running","path":"${path}","txid":3}\n`)
  for (const endpoint of ['/start', '/stop']) {
    const unknown = await scene.ask(endpoint, { path: 'b.db' })
    assert.deepEqual(
      [unknown.status, unknown.text],
      [500, `{"error":"database not found: ${scene.path('b.db')}"}\n`],
    )
  }
})

test('stopDatabase: the last sync does not reach the replica → 500, and it is stopped; started again → it goes up', async () => {
  await using scene = await ControlScene.open()
  const path = await synced(scene)
  const managed = scene.databases.get(path)
  assert.ok(managed !== null)
  const writeFile = managed.client.writeFile.bind(managed.client)
  managed.client.writeFile = () => Promise.reject(new Error('no route'))
  commit(path)
  const reply = await scene.ask('/stop', { path, timeout: 1 })
  assert.equal(reply.status, 500)
  assert.match(reply.text, /stopped, but the last sync failed: timed out after 1s/)
  assert.match((await scene.ask('/list')).text, /"status":"stopped"/)
  managed.client.writeFile = writeFile
  assert.match((await scene.ask('/start', { path })).text, /"status":"started"/)
  const waited = await scene.ask('/sync', { path, wait: true })
  assert.match(waited.text, /"replicated_txid":3/)
})

test('stopDatabase: a timeout below 0 → stopped at once, nothing goes up any more; started again → it does', async () => {
  await using scene = await ControlScene.open()
  const path = await synced(scene)
  const managed = scene.databases.get(path)
  assert.ok(managed !== null)
  let writes = 0
  const writeFile = managed.client.writeFile.bind(managed.client)
  managed.client.writeFile = (...words) => {
    writes++
    return writeFile(...words)
  }
  const reply = await scene.ask('/stop', { path, timeout: -1 })
  assert.deepEqual([reply.status, reply.text], [200, `{"status":"stopped","path":"${path}","txid":2}\n`])
  assert.match((await scene.ask('/list')).text, /"status":"stopped"/)
  commit(path)
  await new Promise((resolve) => void setTimeout(resolve, 50))
  assert.equal(writes, 0)
  assert.match((await scene.ask('/start', { path })).text, /"status":"started"/)
  assert.match((await scene.ask('/sync', { path, wait: true })).text, /"replicated_txid":3/)
})

test('stopDatabase: another change is under way until the time is over → 500 that says that it goes on', async () => {
  await using scene = await ControlScene.open()
  const path = await synced(scene)
  await scene.ask('/stop', { path })
  const gate = Promise.withResolvers<undefined>()
  const follow = scene.store.addDatabase.bind(scene.store)
  scene.store.addDatabase = async (database) => {
    await gate.promise
    return await follow(database)
  }
  const starting = scene.ask('/start', { path })
  await new Promise((resolve) => void setTimeout(resolve, 20))
  const reply = await scene.ask('/stop', { path, timeout: -1 })
  assert.deepEqual(
    [reply.status, reply.text],
    [
      500,
      '{"error":"not stopped: another change of it is under way: no time was left for it (timeout -1)"}\n',
    ],
  )
  gate.resolve(undefined)
  assert.match((await starting).text, /"status":"started"/)
})

test('registerDatabase, unregisterDatabase: new, there, gone → done once, then already', async () => {
  await using scene = await ControlScene.open()
  const path = scene.path('b.db')
  const url = 'memory://b'
  const told = async (endpoint: string, body: object): Promise<string> =>
    (await scene.ask(endpoint, { path, ...body })).text
  assert.equal((await scene.ask('/register', { path })).text, '{"error":"replica_url required"}\n')
  assert.equal(await told('/register', { replica_url: url }), `{"status":"registered","path":"${path}"}\n`)
  assert.equal(
    await told('/register', { replica_url: 'nonsense' }),
    `{"status":"already_registered","path":"${path}"}\n`,
  )
  await makeDatabase(path)
  assert.match(await told('/sync', { wait: true }), /"replicated_txid":2/)
  assert.equal(await told('/unregister', {}), `{"status":"unregistered","path":"${path}","txid":2}\n`)
  assert.equal(await told('/unregister', {}), `{"status":"already_unregistered","path":"${path}","txid":0}\n`)
  assert.match(await told('/register', { replica_url: url }), /"status":"registered"/)
})

test('registerDatabase: ten at once for one path → one is registered, nine find it there', async () => {
  await using scene = await ControlScene.open()
  const body = { path: 'b.db', replica_url: 'memory://b' }
  const replies = await Promise.all(Array.from({ length: 10 }, () => scene.ask('/register', body)))
  assert.equal(replies.filter(({ text }) => text.includes('"registered"')).length, 1)
  assert.equal(replies.filter(({ text }) => text.includes('"already_registered"')).length, 9)
  assert.equal(scene.databases.all.length, 1)
})

test('registerDatabase: another database has the replica, also while it is stopped → 400 with its path, and nothing is taken in', async () => {
  await using temporary = await temporaryDirectory()
  await using scene = await ControlScene.open({ newDatabase: onDisk })
  for (const name of ['a.db', 'b.db']) await makeDatabase(scene.path(name))
  const replica_url = `file://${temporary.path}/r`
  assert.equal((await scene.ask('/register', { path: 'a.db', replica_url })).status, 200)
  for (const stop of [false, true]) {
    if (stop) assert.equal((await scene.ask('/stop', { path: 'a.db' })).status, 200)
    const reply = await scene.ask('/register', { path: 'b.db', replica_url: `${replica_url}/` })
    assert.equal(reply.status, 400)
    assert.match(reply.text, /b\.db and .*a\.db would be stored in one place, file:\/\//)
    assert.deepEqual([scene.databases.all.length, scene.store.databases.length], [1, stop ? 0 : 1])
  }
  assert.equal((await scene.ask('/unregister', { path: 'a.db' })).status, 200)
  assert.equal((await scene.ask('/register', { path: 'b.db', replica_url })).status, 200)
})

test('registerDatabase: another Store has it → 500, and it is not taken in', async () => {
  await using scene = await ControlScene.open()
  await using other = await ControlScene.open()
  const path = await synced(other)
  const reply = await scene.ask('/register', { path, replica_url: 'memory://b' })
  assert.equal(reply.status, 500)
  assert.match(reply.text, /failed to register database: REPLICATOR_LOCKED/)
  assert.deepEqual([scene.databases.all.length, scene.store.databases.length], [0, 0])
})

test('registerDatabase: the storage does not answer → registered all the same, and the list says what is wrong', async () => {
  const client = memoryClient()
  client.listFiles = () => {
    throw new Error('no route')
  }
  await using scene = await ControlScene.open({
    newDatabase: (path) => Promise.resolve({ path, client, settings: {} }),
  })
  await makeDatabase(scene.path('b.db'))
  const reply = await scene.ask('/register', { path: 'b.db', replica_url: 'memory://b' })
  assert.match(reply.text, /"status":"registered"/)
  assert.match((await scene.ask('/list')).text, /"status":"replicating","error":"[^"]*no route/)
})
