import assert from 'node:assert/strict'
import { collectFiles, isClientError, type ReplicaClient } from '@ltx/client-core'
import { withFaults } from '@ltx/client-core/faults'
import { memoryClient } from '@ltx/client-core/memory'
import { formatFileName, toTxid } from '@ltx/format'
import { test } from 'vitest'
import { fileList, listInWords } from '../../../test/file-list.ts'
import { smallFile } from '../../../test/memory-local-files.ts'
import { ToyFollower } from '../../../test/toy-follower.ts'
import { ToyWorld } from '../../../test/toy-world.ts'
import { DatabaseTally } from './database-counts.ts'
import { Database } from './database.ts'
import type { FollowerPort, OpenOutcome, StagedSnapshot } from './follower-port.ts'
import { metaPathOf } from './meta-path.ts'
import { databaseSettings } from '../settings.ts'

const PATH = '/data/app.db'

function databaseOf(
  world: ToyWorld,
  makeFollower: () => FollowerPort,
  client: ReplicaClient = memoryClient(),
): Database {
  const { env, store, emit, comparisons, claims } = world
  const parts = {
    env,
    store,
    emit,
    tally: new DatabaseTally(),
    comparisons,
    claims,
    path: PATH,
    metaPath: metaPathOf(PATH),
    client,
  }
  return new Database({ ...parts, settings: databaseSettings(), makeFollower })
}

/** Local files up to TXID 5, of which only the last is there: the replica, which is empty, needs a snapshot first. */
class Orphan extends ToyFollower {
  onSnapshot: () => StagedSnapshot | null | undefined = () => undefined

  override async open(): Promise<OpenOutcome> {
    await super.open()
    const five = toTxid(5n)
    return { kind: 'opened', local: { min: five, max: five }, switchedToWal: false, hasBaseline: true }
  }

  override async snapshot(): Promise<StagedSnapshot | null> {
    const instead = this.onSnapshot()
    return instead === undefined ? await super.snapshot() : instead
  }
}

function orphan(world: ToyWorld): Orphan {
  const directory = `${metaPathOf(PATH)}/ltx/0`
  world.env.blockingFiles.makeDirectory(directory)
  const name = formatFileName(toTxid(5n), toTxid(5n))
  using handle = world.env.blockingFiles.open(`${directory}/${name}`, 'create-new')
  handle.write(smallFile({ max: 5, timestampMs: world.env.clock.wallMs() }), 0)
  return new Orphan(world.env, metaPathOf(PATH))
}

test('Session: its thread cannot be started → an error, and another attempt', async () => {
  const world = new ToyWorld()
  const follower = new ToyFollower(world.env, metaPathOf(PATH))
  let attempts = 0
  const database = databaseOf(world, () => {
    if (++attempts === 1) throw new Error('no thread')
    return follower
  })
  await database.open()
  assert.deepEqual([database.status().state, database.status().error?.message], ['opening', 'no thread'])
  await world.env.clock.advance(1000)
  assert.equal(database.status().state, 'active')
})

test('Session: what is stored needs a snapshot and none can be made → not followed without it, tried again', async () => {
  const world = new ToyWorld()
  const follower = orphan(world)
  let attempts = 0
  follower.onSnapshot = () => (++attempts === 1 ? null : undefined)
  const database = databaseOf(world, () => follower)
  await database.open()
  assert.deepEqual([database.status().state, world.told('upload').length], ['opening', 0])
  await world.env.clock.advance(1000)
  assert.deepEqual([database.status().state, attempts], ['active', 2])
  assert.deepEqual(world.told('snapshot'), ['app.db snapshot 9:1-5'])
  assert.equal(database.status().replicatedTXID, 5n)
})

test('Session: killed after the first of what is stored anew → never a snapshot beside an empty level 0', async () => {
  const world = new ToyWorld()
  const follower = orphan(world)
  const memory = memoryClient()
  const rules = [2, 3, 4].map((nth) => ({
    call: 'writeFile' as const,
    nth,
    fault: { kind: 'fail' as const },
  }))
  const database = databaseOf(world, () => follower, withFaults(memory, world.env, { rules }))
  await database.open()
  const stored = [0, 9].map((level) => collectFiles(memory.listFiles(level)))
  assert.equal(listInWords((await Promise.all(stored)).flat()), '5')
  await world.env.clock.advance(5000)
  const later = [0, 9].map((level) => collectFiles(memory.listFiles(level)))
  assert.equal(listInWords((await Promise.all(later)).flat()), '5 9:1-5')
  assert.equal(database.status().replicatedTXID, 5n)
})

async function* theirFive(): AsyncGenerator<Uint8Array> {
  yield smallFile({ max: 5, timestampMs: 7 })
}

test('Session: another writer stores the next file while the snapshot goes up → it is refused, no TXID means two states', async () => {
  const world = new ToyWorld()
  const follower = orphan(world)
  const memory = memoryClient()
  memory.storage.put(fileList('0:4')[0]!, smallFile({ max: 4 })) // theirs, still at work
  let theirs: unknown = null
  follower.onSnapshot = () => {
    const key = { level: 0, minTXID: toTxid(5n), maxTXID: toTxid(5n) }
    theirs = memory.writeFile(key, theirFive).catch((error: unknown) => error)
    return undefined
  }
  const database = databaseOf(world, () => follower, memory)
  await database.open()
  await world.env.clock.advance(100)
  assert.ok(isClientError(await theirs, 'CLIENT_EXISTS'))
  const stored = await Promise.all([0, 9].map((level) => collectFiles(memory.listFiles(level))))
  assert.equal(listInWords(stored.flat()), '4 5 9:1-5')
  assert.equal(database.status().replicatedTXID, 5n)
})

test('Session: a commit while the first snapshot goes up → captured at once, not by the slow poll', async () => {
  const world = new ToyWorld()
  const follower = orphan(world)
  const database = databaseOf(world, () => follower)
  follower.onSnapshot = () => {
    follower.commit()
    database.wake()
    return undefined
  }
  await database.open()
  await world.env.clock.advance(10)
  assert.equal(database.status().txid, 6n)
})

test('Session: a sync that fails after it has written a file → the file goes up all the same', async () => {
  const world = new ToyWorld()
  const follower = new ToyFollower(world.env, metaPathOf(PATH))
  const sync = follower.sync.bind(follower)
  const database = databaseOf(world, () => follower)
  follower.commit()
  await database.open()
  await world.env.clock.advance(10)
  follower.sync = async () => {
    await sync()
    throw new Error('the checkpoint after it failed')
  }
  follower.commit()
  database.wake()
  await world.env.clock.advance(10)
  assert.deepEqual(
    [database.status().replicatedTXID, world.told('error')],
    [2n, ['app.db error during sync']],
  )
})
