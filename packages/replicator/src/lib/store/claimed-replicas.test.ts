import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { ReplicaClient } from '@ltx/client-core'
import { memoryClient } from '@ltx/client-core/memory'
import { ScratchStore } from '../../../test/scratch-store.ts'
import { ClaimedReplicas } from './claimed-replicas.ts'

const REFUSED = { code: 'REPLICATOR_SHARED_REPLICA' }

/** As a client of a real storage: what it is called tells where it is. */
function clientAt(url: string): ReplicaClient {
  return new Proxy(memoryClient(), {
    get(target, name) {
      const value: unknown = name === 'url' ? url : Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

test('ClaimedReplicas: one URL, two objects → the second database is refused, both are named', () => {
  const claimed = new ClaimedReplicas()
  claimed.claim('/a.db', clientAt('s3://bucket/r'))
  claimed.claim('/a.db', clientAt('s3://bucket/r'))
  assert.throws(() => claimed.claim('/b.db', clientAt('s3://bucket/r')), {
    ...REFUSED,
    message: /\/b\.db would be stored in s3:\/\/bucket\/r, where \/a\.db is/,
  })
  claimed.claim('/b.db', clientAt('s3://bucket/r2'))
})

test('ClaimedReplicas: a URL that names no place → the object counts', () => {
  const claimed = new ClaimedReplicas()
  const client = memoryClient()
  claimed.claim('/a.db', client)
  claimed.claim('/b.db', memoryClient())
  assert.throws(() => claimed.claim('/c.db', client), REFUSED)
})

test('ClaimedReplicas: released by another → kept; by its own → free', () => {
  const claimed = new ClaimedReplicas()
  const client = clientAt('file:///r')
  claimed.claim('/a.db', client)
  claimed.release('/b.db', client)
  assert.equal(claimed.holderOf(client), '/a.db')
  claimed.release('/a.db', client)
  claimed.claim('/b.db', client)
})

test('Store: a second database for a replica → refused, before it is opened as well; the first goes on', async () => {
  await using scratch = new ScratchStore()
  scratch.app().exec('INSERT INTO t VALUES (1)')
  scratch.app('second.db')
  const client = memoryClient()
  const store = scratch.store()
  const first = await store.addDatabase({ path: scratch.path(), client })
  await assert.rejects(store.addDatabase({ path: scratch.path('second.db'), client }), REFUSED)
  await store.open()
  await assert.rejects(store.addDatabase({ path: scratch.path('second.db'), client }), REFUSED)
  assert.deepEqual(store.databases, [first])
  await first.sync()
  assert.equal(await scratch.restoredRows(client), 1)
})

test('Store: the first is being removed → the second waits for its last upload, then has the replica', async () => {
  await using scratch = new ScratchStore()
  scratch.app().exec('INSERT INTO t VALUES (1)')
  scratch.app('second.db').exec('INSERT INTO t VALUES (1), (2)')
  const client = memoryClient()
  const store = scratch.store()
  await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  const removed = store.removeDatabase(scratch.path())
  const second = await store.addDatabase({ path: scratch.path('second.db'), client })
  await removed
  await second.sync()
  assert.equal(await scratch.restoredRows(client), 2)
})
