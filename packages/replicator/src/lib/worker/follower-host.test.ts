import assert from 'node:assert/strict'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'
import { KeptDescriptors } from '../follow/kept-descriptors.ts'
import { FollowerHost } from './follower-host.ts'
import { fromPlainError } from './plain-error.ts'
import type { FollowerMethod, WorkerReply } from './worker-messages.ts'

interface Scene {
  readonly host: FollowerHost
  create(database: number): Promise<WorkerReply>
  /** One call and its answer, both as they cross between threads. */
  call(database: number, method: FollowerMethod, ...args: readonly unknown[]): Promise<WorkerReply>
}

function sceneIn(world: World): Scene {
  const { env, driver, path, metaPath, settings } = world
  const host = new FollowerHost(env, driver, new KeptDescriptors(env.blockingFiles))
  let calls = 0
  const answer = async (request: object): Promise<WorkerReply> => {
    const call = ++calls
    const reply = await host.answer(
      structuredClone({ ...request, call }) as Parameters<typeof host.answer>[0],
    )
    assert.ok(!('call' in reply) || reply.call === call)
    return structuredClone(reply)
  }
  return {
    host,
    create: (database) => answer({ kind: 'create', database, options: { path, metaPath, settings } }),
    call: (database, method, ...args) => answer({ kind: 'call', database, method, args }),
  }
}

function valueOf(reply: WorkerReply): unknown {
  if (reply.kind === 'error') throw fromPlainError(reply.error)
  assert.ok(reply.kind === 'result')
  return reply.value
}

test('FollowerHost: open, start, sync → plain answers, TXIDs as bigint', async () => {
  using world = new World()
  const at = sceneIn(world)
  valueOf(await at.create(1))
  assert.equal((valueOf(await at.call(1, 'open')) as { kind: string }).kind, 'opened')
  const order = { keepLocal: false, lastTXID: null, newestFileMs: 0, confirmed: null }
  valueOf(await at.call(1, 'start', order))
  const report = valueOf(await at.call(1, 'sync', { look: true })) as { lastTXID: unknown; kind: string }
  assert.deepEqual([report.kind, report.lastTXID], ['synced', 1n])
  world.assertCaptured()
})

test('FollowerHost: a call that fails → its code crosses', async () => {
  using world = new World()
  const at = sceneIn(world)
  await at.create(1)
  const reply = await at.call(1, 'snapshot')
  assert.ok(reply.kind === 'error')
  assert.equal(reply.error.code, 'REPLICATOR_LOCAL_STATE')
})

test('FollowerHost: a database that is not here, or was closed → an error, not silence', async () => {
  using world = new World()
  const at = sceneIn(world)
  assert.equal((await at.call(7, 'sync')).kind, 'error')
  await at.create(1)
  valueOf(await at.call(1, 'open'))
  valueOf(await at.call(1, 'close'))
  assert.equal((await at.call(1, 'sync')).kind, 'error')
})

test('FollowerHost: two of one database → the second is told that it is locked', async () => {
  using world = new World()
  const at = sceneIn(world)
  await at.create(1)
  await at.create(2)
  valueOf(await at.call(1, 'open'))
  const reply = await at.call(2, 'open')
  assert.ok(reply.kind === 'error')
  assert.equal(reply.error.code, 'REPLICATOR_LOCKED')
  valueOf(await at.call(1, 'close'))
})
