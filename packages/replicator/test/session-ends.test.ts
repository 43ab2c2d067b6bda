import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { ReplicaClient } from '@ltx/client-core'
import { withFaults } from '@ltx/client-core/faults'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { ReplicatorError } from '../src/lib/errors.ts'
import { gatherBytes } from '../src/lib/replica/gather-bytes.ts'
import { ToyWorld, type ToyDatabase } from './toy-world.ts'

// What is under way when a session ends: the next one begins from what is stored and local then, so nothing may come after it.

/** Stores what it was given a second later, whatever the signal says meanwhile: the bytes are on their way. */
function slowToStore(world: ToyWorld, inner: MemoryClient): ReplicaClient {
  return new Proxy(inner, {
    get(target, name): unknown {
      if (name === 'writeFile') {
        const write: ReplicaClient['writeFile'] = async (key, source) => {
          const bytes = await gatherBytes(source(), 1e6)
          await world.env.clock.sleep(1000)
          return await target.writeFile(key, async function* read() {
            yield bytes
          })
        }
        return write
      }
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

async function opened(toy: ToyDatabase): Promise<ToyDatabase> {
  await toy.database.open()
  return toy
}

test('Session: an upload is under way when it ends → the next one begins after it, and no conflict with ourselves', async () => {
  const world = new ToyWorld({ compactionEnabled: false })
  const client = memoryClient()
  const toy = world.make('app.db', { client: slowToStore(world, client) })
  toy.sqlite.commit()
  await toy.database.open()
  await world.env.clock.advance(10)
  const reset = toy.database.reset()
  await world.env.clock.advance(5000)
  await reset
  toy.sqlite.commit()
  const synced = toy.database.sync()
  await world.env.clock.advance(5000)
  await synced
  assert.deepEqual([world.told('conflict'), toy.database.status().state], [[], 'active'])
})

test('Session: a snapshot is on its way when it ends → the next one lists the replica after that', async () => {
  const world = new ToyWorld({ compactionEnabled: false })
  const client = memoryClient()
  const toy = world.make('app.db', { client: slowToStore(world, client) })
  toy.sqlite.commit()
  await opened(toy)
  await world.env.clock.advance(1500)
  const snapshot = toy.database.snapshot()
  await world.env.clock.advance(500)
  const { list } = client.storage.requests
  const reset = toy.database.reset()
  await world.env.clock.advance(10)
  assert.deepEqual([client.storage.requests.list, client.storage.objects.size], [list, 1])
  await world.env.clock.advance(5000)
  await Promise.allSettled([reset, snapshot])
  assert.ok(client.storage.requests.list > list)
  assert.equal(client.storage.objects.size, 2)
  const plans = world.events.flatMap((event) => (event.kind === 'start' ? event.plan : []))
  assert.deepEqual(plans, ['first', 'rebase'])
})

test('Session: reset while a large database is compared → that ends, and the next session begins', async () => {
  const world = new ToyWorld({ compactionEnabled: false })
  const toy = world.make('app.db')
  toy.sqlite.commit()
  await toy.database.open()
  await world.env.clock.advance(10)
  toy.sqlite.isScanning = true
  toy.database.wake()
  await world.env.clock.advance(10)
  const reset = toy.database.reset()
  toy.sqlite.isScanning = false
  toy.sqlite.commit()
  await world.env.clock.advance(10)
  await reset
  await world.env.clock.advance(10)
  assert.deepEqual([toy.database.status().state, world.told('error')], ['active', []])
  assert.equal(toy.sqlite.calls.filter((call) => call === 'reset').length >= 1, true)
})

test('Session: what was captured without the replica does not fit, while a large database is compared → the comparison ends', async () => {
  const world = new ToyWorld({ compactionEnabled: false })
  const client = memoryClient()
  const other = world.make('other.db', { client })
  await world.write(await opened(other), 3)
  await other.database.close(async () => {})
  const faulty = withFaults(client, world.env, { rates: { fail: 1 } })
  const toy = world.make('app.db', { client: faulty })
  toy.sqlite.commit()
  await opened(toy)
  toy.sqlite.isScanning = true
  toy.database.wake()
  await world.env.clock.advance(10)
  faulty.setPlan({})
  toy.sqlite.isScanning = false
  const synced = toy.database.sync()
  await world.env.clock.advance(600_000)
  await synced
  const plans = world.events.flatMap((event) =>
    event.kind === 'start' && event.path.endsWith('app.db') ? event.plan : [],
  )
  assert.deepEqual(plans, ['offline', 'rebase'])
})

test('Session: reset, and local state cannot be removed → whoever asked for it is told, and it is followed on', async () => {
  const world = new ToyWorld({ compactionEnabled: false })
  const toy = world.make('app.db')
  toy.sqlite.commit()
  await opened(toy)
  await world.env.clock.advance(10)
  const reset = toy.sqlite.reset.bind(toy.sqlite)
  toy.sqlite.reset = () => Promise.reject(new ReplicatorError('REPLICATOR_DISK', 'made by the test'))
  const failed = assert.rejects(toy.database.reset(), { code: 'REPLICATOR_DISK' })
  await world.env.clock.advance(10)
  await failed
  toy.sqlite.reset = reset
  await world.env.clock.advance(1000)
  assert.equal(toy.database.status().state, 'active')
})

test('Session: the disk fails at its start → REPLICATOR_DISK says what to do, and it is tried again', async () => {
  const world = new ToyWorld({ compactionEnabled: false })
  const toy = world.make('app.db')
  const start = toy.sqlite.start.bind(toy.sqlite)
  toy.sqlite.start = () => Promise.reject(Object.assign(new Error('EIO: made by the test'), { code: 'EIO' }))
  await opened(toy)
  assert.equal((toy.database.status().error as { code?: unknown } | null)?.code, 'REPLICATOR_DISK')
  toy.sqlite.start = start
  await world.env.clock.advance(1000)
  assert.equal(toy.database.status().state, 'active')
})
