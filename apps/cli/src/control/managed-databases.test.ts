import assert from 'node:assert/strict'
import { ClientError } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { test } from 'vitest'
import { ControlScene } from '../../test/control-scene.ts'
import { makeDatabase } from '../../test/make-replica.ts'
import type { ManagedDatabase } from './managed-databases.ts'

const { signal: never } = new AbortController()

function made(path: string): Promise<ManagedDatabase> {
  return Promise.resolve({ path, client: memoryClient(), settings: {} })
}

test('ManagedDatabases: added, stopped, started, removed → running or not, and the client is closed at the end only', async () => {
  await using scene = await ControlScene.open()
  const { databases } = scene
  const path = scene.path()
  await makeDatabase(path)
  const client = memoryClient()
  const closes: string[] = []
  const close = client.close.bind(client)
  client.close = () => {
    closes.push('closed')
    return close()
  }
  assert.equal(
    await databases.add(path, () => Promise.resolve({ path, client, settings: {} }), never),
    'done',
  )
  assert.equal(await databases.add(path, () => assert.fail('made twice'), never), 'already')
  const first = databases.running(path)
  await first?.sync()
  assert.equal(await databases.stop(path, never), 'done')
  assert.deepEqual([databases.running(path), databases.get(path)?.path], [null, path])
  assert.ok((databases.syncedAtMs(path) ?? 0) > 0)
  assert.equal(await databases.start(path, never), 'done')
  assert.equal(await databases.start(path, never), 'already')
  assert.notEqual(databases.running(path), first)
  assert.deepEqual(closes, [])
  assert.equal(await databases.remove(path, never), 'done')
  assert.equal(await databases.remove(path, never), 'already')
  assert.deepEqual([closes, databases.all], [['closed'], []])
})

test('ManagedDatabases, add: what to make cannot be made → not taken in; another attempt may', async () => {
  await using scene = await ControlScene.open()
  const { databases } = scene
  const path = scene.path()
  await assert.rejects(
    databases.add(path, () => Promise.reject(new Error('no such place')), never),
    /no such place/,
  )
  assert.equal(databases.get(path), null)
  assert.equal(await databases.add(path, () => made(path), never), 'done')
})

test('ManagedDatabases: changes of one database at once → one after another; whoever gives up does not let the next in early', async () => {
  await using scene = await ControlScene.open()
  const { databases } = scene
  const path = scene.path()
  const gate = Promise.withResolvers<ManagedDatabase>()
  const order: string[] = []
  const adding = databases.add(path, () => gate.promise, never).then(() => order.push('added'))
  const impatient = new AbortController()
  const gaveUp = assert.rejects(
    databases.stop(path, impatient.signal),
    /^BusyError: another change of it is under way$/,
  )
  const removing = databases.remove(path, never).then(() => order.push('removed'))
  impatient.abort(new Error('no time'))
  await gaveUp
  await new Promise((resolve) => void setTimeout(resolve, 20))
  assert.deepEqual(order, [])
  gate.resolve(await made(path))
  await Promise.all([adding, removing])
  assert.deepEqual(order, ['added', 'removed'])
})

test('ManagedDatabases, start: one that has failed → followed again', async () => {
  await using scene = await ControlScene.open()
  await using other = await ControlScene.open()
  const path = scene.path()
  await makeDatabase(path)
  await other.databases.add(path, () => made(path), never)
  await assert.rejects(
    scene.databases.include({ path, client: memoryClient(), settings: {} }),
    /REPLICATOR_LOCKED/,
  )
  assert.equal(scene.databases.running(path)?.status().state, 'failed')
  await other.databases.stop(path, never)
  assert.equal(await scene.databases.start(path, never), 'done')
  assert.equal(scene.databases.running(path)?.status().state, 'active')
})

test('ManagedDatabases, start and stop: unknown → an error', async () => {
  await using scene = await ControlScene.open()
  await assert.rejects(scene.databases.start('/a', never), /database not found: \/a/)
  await assert.rejects(scene.databases.stop('/a', never), /database not found: \/a/)
  assert.equal(scene.databases.syncedAtMs('/a'), null)
})

test('ManagedDatabases, start: failed because of another replicator → an error while that runs, and it stays failed; ended → done', async () => {
  await using other = await ControlScene.open()
  await using scene = await ControlScene.open()
  const path = scene.path()
  await makeDatabase(path)
  await other.databases.include({ path, client: memoryClient(), settings: {} })
  await scene.databases.include({ path, client: memoryClient(), settings: {} }).catch(() => {})
  await assert.rejects(scene.databases.start(path, never), { code: 'REPLICATOR_LOCKED' })
  assert.equal(scene.databases.running(path)?.status().state, 'failed')
  await other.databases.remove(path, never)
  assert.equal(await scene.databases.start(path, never), 'done')
  assert.equal(scene.databases.running(path)?.status().state, 'active')
})

test('ManagedDatabases: stopped with rows that never went up, and started → behind since then, not since now', async () => {
  await using scene = await ControlScene.open()
  const path = scene.path()
  await makeDatabase(path)
  const client = memoryClient()
  client.writeFile = () => Promise.reject(new ClientError('CLIENT_UNREACHABLE', 'a test'))
  await scene.databases.include({ path, client, settings: {} })
  const since = scene.databases.running(path)?.status().behindSinceMs ?? null
  assert.ok(since !== null)
  await scene.databases.stop(path, AbortSignal.abort(new Error('no time'))).catch(() => {})
  await new Promise((resolve) => void setTimeout(resolve, 20))
  await scene.databases.start(path, never)
  assert.equal(scene.databases.running(path)?.status().behindSinceMs, since)
})

test('ManagedDatabases, start: the replica does not answer → begun after a moment; the rest goes on by itself', async () => {
  await using scene = await ControlScene.open()
  const path = scene.path()
  await makeDatabase(path)
  const client = memoryClient()
  await scene.databases.include({ path, client, settings: {} })
  await scene.databases.stop(path, never)
  client.init = ({ signal } = {}) =>
    new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error))
    })
  assert.equal(await scene.databases.start(path, never), 'done')
  const status = scene.databases.running(path)?.status()
  assert.equal(status?.state, 'opening')
  assert.match(String(status?.error), /the replica has not answered yet/)
})
