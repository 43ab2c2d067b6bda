import assert from 'node:assert/strict'
import { toTxid, type Txid } from '@ltx/format'
import { test } from 'vitest'
import { LiveScene, META, PATH } from '../../../test/live-scene.ts'
import { ReplicatorError } from '../errors.ts'
import { LocalPort } from './local-port.ts'
import { goneReport } from './sync-report.ts'

test('LiveDatabase, capture: its files → the newest TXID, an event, and nothing is in the replica yet', async () => {
  const { world, follower, live, tally } = new LiveScene()
  await follower.open()
  follower.commit(3)
  await live.capture()
  assert.deepEqual([live.lastTXID, live.confirmed, tally.syncedAtMs], [3n, null, null])
  assert.deepEqual([tally.captures, tally.databaseBytes], [1, 9 * 512])
  assert.equal(tally.behindSinceMs, world.env.clock.wallMs())
  assert.deepEqual(world.told('sync'), ['app.db sync'])
})

test('LiveDatabase, capture: asleep and unchanged → nothing is opened; changed → opened, and captured', async () => {
  const scene = new LiveScene()
  const { follower, live } = scene
  await scene.asleepAt(2)
  assert.equal(await live.capture(), null)
  assert.deepEqual([follower.calls, live.isAsleep], [[], true])
  scene.touch(2)
  follower.commit()
  const report = await live.capture()
  assert.deepEqual([report?.lastTXID, live.isAsleep, scene.wakeUps], [3n, false, 1])
  assert.deepEqual(follower.calls, ['wake'])
})

test('LiveDatabase, capture: the file is gone while it sleeps → told, no failure, still asleep', async () => {
  const scene = new LiveScene()
  await scene.asleepAt(2)
  scene.world.env.blockingFiles.remove(PATH)
  scene.follower.wakes = goneReport
  const report = await scene.live.capture()
  assert.deepEqual([report?.kind, scene.timesGone, scene.tally.failedCaptures], ['gone', 1, 0])
  assert.deepEqual([scene.live.isAsleep, scene.live.lastTXID], [true, 2n])
})

test('LiveDatabase, capture: somebody wrote local files while it slept → REPLICATOR_LOCAL_STATE, not one TXID is given out', async () => {
  const scene = new LiveScene()
  await scene.asleepAt(2)
  scene.touch(2)
  scene.follower.wakes = () => {
    throw new ReplicatorError('REPLICATOR_LOCAL_STATE', 'another process has written local files')
  }
  await assert.rejects(scene.live.capture(), { code: 'REPLICATOR_LOCAL_STATE', advice: 'give-up' })
  assert.deepEqual([scene.live.lastTXID, scene.live.isAsleep], [2n, true])
})

test('LiveDatabase, capture: not in WAL mode any more → REPLICATOR_NOT_WAL', async () => {
  const { follower, live } = new LiveScene()
  await follower.open()
  follower.reports = { kind: 'not-wal' }
  await assert.rejects(live.capture(), { code: 'REPLICATOR_NOT_WAL' })
})

test('LiveDatabase, capture: compared, replaced, checkpointed → each is told', async () => {
  const { world, follower, live } = new LiveScene()
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
  const { world, follower, live } = new LiveScene()
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

test('LiveDatabase, uploads: waiting for a TXID → resolved when it is there, at once when it was', async () => {
  const { world, follower, live, tally } = new LiveScene()
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
  assert.deepEqual([live.confirmed, live.uploading.state], [2n, 'idle'])
  assert.equal(tally.syncedAtMs, world.env.clock.wallMs() - 10)
  assert.equal(tally.behindSinceMs, null)
  stop.abort(new Error('end'))
  await assert.rejects(uploads, /end/)
})

test('LiveDatabase, uploads: given up, or nobody waits any longer → the reason itself', async () => {
  const { follower, live } = new LiveScene()
  await follower.open()
  follower.commit()
  await live.capture()
  const [lost, impatient] = [new Error('another writer'), new Error('no time')]
  const waiting = assert.rejects(live.uploadedThrough(toTxid(1n)), lost)
  await assert.rejects(live.uploadedThrough(toTxid(1n), { signal: AbortSignal.abort(impatient) }), impatient)
  live.giveUp(lost)
  await waiting
})

test('LiveDatabase, sleep: the follower hears what is confirmed → also when nobody told it before', async () => {
  const { world, follower, live } = new LiveScene()
  await follower.open()
  const stop = new AbortController()
  const uploads = live.runUploads(stop.signal)
  follower.commit(2)
  await live.capture()
  await world.env.clock.advance(10)
  assert.deepEqual([follower.confirmed, await live.sleep(), follower.confirmed], [null, true, 2n])
  stop.abort(new Error('end'))
  await assert.rejects(uploads, /end/)
})

test('LiveDatabase, sleep: something changed meanwhile → awake, another silence is waited for; asleep twice → fine', async () => {
  const { world, follower, live } = new LiveScene()
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
  const first = new LiveScene()
  await first.asleepAt(1)
  const uploads = [first.live.runUploads(stop.signal)]
  const result = await first.live.snapshot()
  assert.deepEqual([result?.file.maxTXID, first.live.isAsleep, first.follower.calls], [1n, true, []])
  const later = new LiveScene()
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
  const { client, follower, live } = new LiveScene()
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
  const { follower, live } = new LiveScene()
  await follower.open()
  assert.equal(await live.snapshot(), null)
})

test('LiveDatabase, retain: what the replica has compacted is trimmed here, the follower knowing what is confirmed; asleep → nothing is woken', async () => {
  const { world, follower, live } = new LiveScene()
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
  const { world, follower, live } = new LiveScene()
  await follower.open()
  follower.commit(2)
  await live.capture()
  world.env.blockingFiles.removeTree(`${META}/ltx`)
  const end = await live.runUploads(new AbortController().signal)
  assert.deepEqual([end.kind, end.kind === 'missing' && end.txid], ['missing', 1n])
})
