import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { test } from 'vitest'
import { ControlScene } from '../../test/control-scene.ts'
import { makeDatabase } from '../../test/make-replica.ts'

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)$/

test('daemonInfo: asked → Litestream’s fields, whole seconds of age', async () => {
  await using scene = await ControlScene.open()
  await makeDatabase(scene.path())
  await scene.include()
  const info = JSON.parse((await scene.ask('/info')).text) as Record<string, unknown>
  assert.deepEqual(Object.keys(info), ['version', 'pid', 'uptime_seconds', 'started_at', 'database_count'])
  assert.deepEqual([info['version'], info['pid'], info['database_count']], ['0.0.0-test', process.pid, 1])
  assert.ok(Number.isInteger(info['uptime_seconds']) && Number(info['uptime_seconds']) >= 3)
  assert.match(String(info['started_at']), TIME)
  await scene.include('later.db')
  assert.match((await scene.ask('/info')).text, /"database_count":2,"troubled_count":1}/)
})

test('listDatabases: none, one that waits, one that was synced, stopped → states and times', async () => {
  await using scene = await ControlScene.open()
  const listed = async (): Promise<unknown[]> =>
    (JSON.parse((await scene.ask('/list')).text) as { databases: unknown[] }).databases
  assert.deepEqual(await listed(), [])
  await scene.include()
  const path = scene.path()
  assert.deepEqual(await listed(), [{ path, status: 'waiting' }])
  await makeDatabase(path)
  await scene.ask('/sync', { path, wait: true })
  const [synced] = (await listed()) as Record<string, unknown>[]
  assert.equal(synced?.['status'], 'replicating')
  assert.match(String(synced['last_sync_at']), TIME)
  await scene.ask('/stop', { path })
  const [stopped] = (await listed()) as Record<string, unknown>[]
  assert.equal(stopped?.['status'], 'stopped')
  assert.match(String(stopped['last_sync_at']), TIME)
})

test('listDatabases: a database that was there and is not → missing', async () => {
  await using scene = await ControlScene.open()
  await makeDatabase(scene.path())
  await scene.include()
  await scene.ask('/sync', { path: scene.path(), wait: true })
  await rm(scene.path())
  await scene.store.database(scene.path())?.look()
  const isMissing = async (): Promise<boolean> =>
    (await scene.ask('/list')).text.includes('"status":"missing"')
  for (let looks = 0; looks < 500 && !(await isMissing()); looks++) {
    await new Promise((resolve) => void setTimeout(resolve, 10))
  }
  assert.ok(await isMissing())
})

test('listDatabases: with -once → open', async () => {
  await using scene = await ControlScene.open({ isContinuous: false })
  await makeDatabase(scene.path())
  await scene.include()
  assert.match((await scene.ask('/list')).text, /"status":"open"/)
})

test('databaseTxid: no path, an unknown one, none yet, one, stopped → 400, 404, 0, the newest', async () => {
  await using scene = await ControlScene.open()
  const txid = async (query: string): Promise<[number, string]> => {
    const { status, text } = await scene.ask(`/txid${query}`)
    return [status, text]
  }
  assert.deepEqual(await txid(''), [400, '{"error":"path required"}\n'])
  assert.deepEqual(await txid('?path=b.db'), [404, '{"error":"database not found"}\n'])
  await scene.include()
  assert.deepEqual(await txid('?path=app.db'), [200, '{"txid":0}\n'])
  await makeDatabase(scene.path())
  await scene.ask('/sync', { path: 'app.db', wait: true })
  assert.deepEqual(await txid(`?path=${encodeURIComponent(scene.path())}`), [200, '{"txid":2}\n'])
  await scene.ask('/stop', { path: 'app.db' })
  assert.deepEqual(await txid('?path=app.db'), [200, '{"txid":2}\n'])
})

test('syncStatus: all, one, an unknown one → what each is busy with; 404', async () => {
  await using scene = await ControlScene.open()
  await makeDatabase(scene.path())
  await scene.include()
  await scene.include('later.db')
  await scene.ask('/sync', { path: 'app.db' })
  const all = JSON.parse((await scene.ask('/debug/sync-status')).text) as {
    databases: Record<string, unknown>[]
  }
  assert.deepEqual(
    all.databases.map(({ path }) => path),
    [scene.path(), scene.path('later.db')],
  )
  const one = await scene.ask('/debug/sync-status?path=later.db')
  assert.equal(one.text, `{"databases":[{"path":"${scene.path('later.db')}","active":false}]}\n`)
  assert.equal((await scene.ask('/debug/sync-status?path=b.db')).status, 404)
})
