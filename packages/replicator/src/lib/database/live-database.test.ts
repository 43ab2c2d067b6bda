import assert from 'node:assert/strict'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { toTxid, type Txid } from '@ltx/format'
import { test } from 'vitest'
import { ToyFollower } from '../../../test/toy-follower.ts'
import { ToyWorld } from '../../../test/toy-world.ts'
import { mainFactsOf } from '../follow/seal.ts'
import { RemoteFiles } from '../replica/remote-files.ts'
import { databaseSettings } from '../settings.ts'
import type { OpenOutcome, SleepOutcome, SyncReport } from './follower-port.ts'
import { DatabaseTally } from './database-counts.ts'
import { LiveDatabase } from './live-database.ts'
import { LocalPort } from './local-port.ts'
import { metaPathOf } from './meta-path.ts'

const PATH = '/data/app.db'
const META = metaPathOf(PATH)

/** Leaves the database file as it finds it, and says what it looks like, as the real one does. */
class Sealing extends ToyFollower {
  /** What the next `open` answers instead. */
  opens: OpenOutcome | null = null
  /** Changes what the next `sync` reports. */
  reports: Partial<SyncReport> = {}
  readonly #world: ToyWorld

  constructor(world: ToyWorld) {
    super(world.env, META)
    this.#world = world
  }

  override async open(): Promise<OpenOutcome> {
    const outcome = await super.open()
    return this.opens ?? outcome
  }

  override async sync(): Promise<SyncReport> {
    return { ...(await super.sync()), ...this.reports }
  }

  override async sleep(): Promise<SleepOutcome> {
    const outcome = await super.sleep()
    const main = this.#world.env.blockingFiles.stat(PATH)
    return outcome.kind === 'asleep' && main !== null ? { ...outcome, main: mainFactsOf(main) } : outcome
  }
}

class Scene {
  readonly world = new ToyWorld()
  readonly client: MemoryClient = memoryClient()
  readonly follower: Sealing = new Sealing(this.world)
  readonly live: LiveDatabase
  readonly tally: DatabaseTally = new DatabaseTally()
  wakeUps = 0

  constructor() {
    const { env, emit, store, comparisons, claims } = this.world
    env.blockingFiles.makeDirectory('/data')
    this.touch()
    const parts = {
      env,
      emit,
      tally: this.tally,
      store,
      comparisons,
      claims,
      path: PATH,
      metaPath: META,
      settings: databaseSettings(),
    }
    const order = { keepLocal: false, lastTXID: null, newestFileMs: 0, confirmed: null }
    const plan = { kind: 'first' as const, because: 'a test' }
    this.live = new LiveDatabase(
      { ...parts, client: this.client, makeFollower: () => this.follower },
      this.follower,
      new LocalPort(env.files, META),
      { plan, order, link: { kind: 'known', remote: new RemoteFiles(), confirmed: null } },
      { onAwake: () => void this.wakeUps++, onKnown: () => assert.fail('it was known all the time') },
    )
  }

  /** The application, or its checkpoint, writes to the database file. */
  touch(pages = 1): void {
    using handle = this.world.env.blockingFiles.open(PATH, 'create')
    handle.write(new Uint8Array(512 * pages), 0)
  }

  async asleepAt(txid: number): Promise<void> {
    await this.follower.open()
    this.follower.commit(txid)
    await this.live.capture()
    assert.equal(await this.live.sleep(), true)
    this.follower.calls.length = 0
  }
}

test('LiveDatabase, capture: its files → the newest TXID, an event, and nothing is in the replica yet', async () => {
  const { world, follower, live, tally } = new Scene()
  await follower.open()
  follower.commit(3)
  await live.capture()
  assert.deepEqual([live.lastTXID, live.confirmed, tally.syncedAtMs], [3n, null, null])
  assert.deepEqual([tally.captures, tally.databaseBytes], [1, 9 * 512])
  assert.equal(tally.behindSinceMs, world.env.clock.wallMs())
  assert.deepEqual(world.told('sync'), ['app.db sync'])
})

test('LiveDatabase, capture: asleep and unchanged → nothing is opened; changed → opened, and captured', async () => {
  const scene = new Scene()
  const { follower, live } = scene
  await scene.asleepAt(2)
  assert.equal(await live.capture(), null)
  assert.deepEqual([follower.calls, live.isAsleep], [[], true])
  scene.touch(2)
  follower.commit()
  const report = await live.capture()
  assert.deepEqual([report?.lastTXID, live.isAsleep, scene.wakeUps], [3n, false, 1])
  assert.deepEqual(follower.calls, ['open', 'start', 'sync', 'compare'])
})

test('LiveDatabase, capture: the file is gone while it sleeps → REPLICATOR_UNEXPECTED, still asleep', async () => {
  const scene = new Scene()
  await scene.asleepAt(2)
  scene.world.env.blockingFiles.remove(PATH)
  scene.follower.opens = { kind: 'absent' }
  await assert.rejects(scene.live.capture(), { code: 'REPLICATOR_UNEXPECTED' })
  assert.equal(scene.live.isAsleep, true)
})

test('LiveDatabase, capture: somebody wrote local files while it slept → REPLICATOR_LOCAL_STATE, not one TXID is given out', async () => {
  const scene = new Scene()
  await scene.asleepAt(2)
  scene.touch(2)
  const local = { min: toTxid(1n), max: toTxid(7n) }
  scene.follower.opens = { kind: 'opened', local, switchedToWal: false, hasBaseline: true }
  await assert.rejects(scene.live.capture(), { code: 'REPLICATOR_LOCAL_STATE', advice: 'give-up' })
  assert.deepEqual([scene.live.lastTXID, scene.live.isAsleep], [2n, true])
  assert.ok(!scene.follower.calls.includes('start'))
})

test('LiveDatabase, capture: not in WAL mode any more → REPLICATOR_NOT_WAL', async () => {
  const { follower, live } = new Scene()
  await follower.open()
  follower.reports = { kind: 'not-wal' }
  await assert.rejects(live.capture(), { code: 'REPLICATOR_NOT_WAL' })
})

test('LiveDatabase, capture: compared, replaced, checkpointed → each is told', async () => {
  const { world, follower, live } = new Scene()
  await follower.open()
  follower.commit()
  follower.reports = {
    resync: { because: 'not-covered', full: false },
    checkpoint: { kind: 'quiet', result: { kind: 'later' } },
  }
  await live.capture()
  follower.reports = { kind: 'replaced', checkpoint: { kind: 'replaced' } }
  await live.capture()
  assert.deepEqual(world.told('resync', 'checkpoint', 'replaced'), [
    'app.db resync',
    'app.db checkpoint',
    'app.db replaced',
  ])
})

test('LiveDatabase, uploads: what was captured before a failing capture goes up all the same', async () => {
  const { world, follower, live } = new Scene()
  await follower.open()
  const stop = new AbortController()
  const uploads = live.runUploads(stop.signal)
  await world.env.clock.advance(10)
  follower.commit(2)
  await follower.sync() // two files are there
  follower.failure = new Error('the third could not be written')
  await assert.rejects(live.capture(), /third/)
  await world.env.clock.advance(10)
  assert.equal(live.confirmed, 2n)
  stop.abort(new Error('end'))
  await assert.rejects(uploads, /end/)
})

test('LiveDatabase, uploads: waiting for a TXID → resolved when it is there, at once when it was; the follower is told', async () => {
  const { world, follower, live, tally } = new Scene()
  await follower.open()
  const stop = new AbortController()
  const uploads = live.runUploads(stop.signal)
  follower.commit(2)
  await live.capture()
  let reached = false
  const waiting = live.uploadedThrough(toTxid(2n)).then(() => (reached = true))
  assert.equal(reached, false)
  await world.env.clock.advance(10)
  await waiting
  await live.uploadedThrough(toTxid(1n))
  assert.deepEqual([live.confirmed, follower.confirmed, live.uploadState], [2n, 2n, 'idle'])
  assert.equal(tally.syncedAtMs, world.env.clock.wallMs() - 10)
  assert.equal(tally.behindSinceMs, null)
  stop.abort(new Error('end'))
  await assert.rejects(uploads, /end/)
})

test('LiveDatabase, uploads: given up, or nobody waits any longer → the reason itself', async () => {
  const { follower, live } = new Scene()
  await follower.open()
  follower.commit()
  await live.capture()
  const [lost, impatient] = [new Error('another writer'), new Error('no time')]
  const waiting = assert.rejects(live.uploadedThrough(toTxid(1n)), lost)
  await assert.rejects(live.uploadedThrough(toTxid(1n), { signal: AbortSignal.abort(impatient) }), impatient)
  live.giveUp(lost)
  await waiting
})

test('LiveDatabase, sleep: something changed meanwhile → awake, another silence is waited for; asleep twice → fine', async () => {
  const { world, follower, live } = new Scene()
  await follower.open()
  await world.env.clock.advance(5000)
  follower.commit()
  assert.deepEqual([await live.sleep(), live.changedAtMs], [false, 5000])
  await live.capture()
  assert.deepEqual([await live.sleep(), await live.sleep()], [true, true])
  assert.equal(follower.calls.filter((call) => call === 'sleep').length, 2)
})

test('LiveDatabase, snapshot: asleep, the first image lies here → it goes up and nothing is woken; a later TXID → woken', async () => {
  const stop = new AbortController()
  const first = new Scene()
  await first.asleepAt(1)
  const uploads = [first.live.runUploads(stop.signal)]
  const result = await first.live.snapshot()
  assert.deepEqual([result?.file.maxTXID, first.live.isAsleep, first.follower.calls], [1n, true, ['confirm']])
  const later = new Scene()
  await later.asleepAt(2)
  uploads.push(later.live.runUploads(stop.signal))
  assert.equal((await later.live.snapshot())?.file.maxTXID, 2n)
  assert.equal(later.live.isAsleep, false)
  await later.live.sleep()
  assert.deepEqual([(await later.live.snapshot())?.existed, later.live.isAsleep], [true, true])
  stop.abort(new Error('end'))
  await Promise.allSettled(uploads)
})

test('LiveDatabase, snapshot: level 0 files up to it are not in the replica, and cannot get there → neither does it', async () => {
  const { client, follower, live } = new Scene()
  await follower.open()
  follower.commit(3)
  client.storage.failNext(503)
  const stop = new AbortController()
  const uploads = live.runUploads(stop.signal)
  await assert.rejects(live.snapshot(), { code: 'CLIENT_UNREACHABLE' })
  assert.equal(client.storage.objects.size, 0)
  stop.abort(new Error('end'))
  await uploads.catch(() => {})
})

test('LiveDatabase, snapshot: no data yet → null', async () => {
  const { follower, live } = new Scene()
  await follower.open()
  assert.equal(await live.snapshot(), null)
})

test('LiveDatabase, retain: what the replica has compacted is trimmed here, the follower knowing what is confirmed; asleep → nothing is woken', async () => {
  const { world, follower, live } = new Scene()
  await follower.open()
  const stop = new AbortController()
  const uploads = live.runUploads(stop.signal)
  const localTXIDs = async (): Promise<Txid[]> =>
    (await new LocalPort(world.env.files, META).list()).map(({ txid }) => txid)
  for (let round = 0; round < 3; round++) {
    follower.commit()
    await live.capture()
    await world.env.clock.advance(100)
  }
  await live.compact({ level: 1, intervalMs: null })
  await world.env.clock.advance(24 * 3_600_000)
  follower.calls.length = 0
  assert.equal(await live.sleep(), true)
  assert.equal((await live.retain()).localDeleted, 0)
  assert.ok(!follower.calls.includes('trim'))
  follower.commit()
  await live.capture({ always: true })
  await world.env.clock.advance(100)
  follower.calls.length = 0
  const { localDeleted } = await live.retain()
  assert.ok(localDeleted > 0 && (await localTXIDs()).includes(toTxid(4n)), `${localDeleted} deleted`)
  assert.deepEqual(follower.calls, ['confirm', 'trim'])
  stop.abort(new Error('end'))
  await assert.rejects(uploads, /end/)
})

test('LiveDatabase, uploads: every local file is gone before it went up → missing, not nothing to do', async () => {
  const { world, follower, live } = new Scene()
  await follower.open()
  follower.commit(2)
  await live.capture()
  world.env.blockingFiles.removeTree(`${META}/ltx`)
  const end = await live.runUploads(new AbortController().signal)
  assert.deepEqual([end.kind, end.kind === 'missing' && end.txid], ['missing', 1n])
})
