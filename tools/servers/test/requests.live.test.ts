import assert from 'node:assert/strict'
import { SNAPSHOT_LEVEL, type FileInfo } from '@ltx/client-core'
import { nodeEnv } from '@ltx/env/node'
import { Store, type StoreSettings } from '@ltx/replicator'
import { betterSqlite3Driver } from '@ltx/replicator/better-sqlite3'
import { afterAll, test } from 'vitest'
import { s3Operation, startFaultProxy, startHttpFront, type HttpFront } from '../src/index.ts'
import { BACKENDS } from './backends.ts'
import { FastClock } from './fast-clock.ts'
import { Replicating } from './replicating.ts'
import { Scene } from './scene.ts'
import { Writer } from './writer.ts'

const s3 = BACKENDS.find(({ name }) => name === 's3')
if (s3 === undefined) throw new Error('S3 is not in the table')
const S3 = s3

const HOUR_MS = 3_600_000
/** An hour in six seconds. */
const SPEED = 600
const BY_HAND: Partial<StoreSettings> = { compactionEnabled: false }
const MIB = 1024 * 1024

const table: string[] = []
afterAll(() => {
  process.stdout.write(`\nrequests to S3, counted in front of the server\n${table.join('\n')}\n\n`)
})

test('a synced transaction → one request, and hardly more bytes than its file', async () => {
  await using scene = await Scene.make(S3)
  await using front = await startHttpFront({ targetPort: scene.serverPort, nameOf: s3Operation })
  await using writer = await Writer.start(scene.path('app.db'))
  await writer.write(50)
  await using replicating = await replicate(scene, front, BY_HAND)
  const transactions = 50
  front.reset()
  let fileBytes = 0
  replicating.events.length = 0
  for (let turn = 0; turn < transactions; turn++) {
    await writer.write(1)
    await replicating.database.sync()
  }
  for (const { files } of replicating.eventsOf('upload')) {
    for (const file of files) fileBytes += file.size
  }
  note('synced transaction', front, transactions)
  assert.deepEqual(Object.fromEntries(front.counts.byName), { PutObject: transactions })
  assert.ok(front.counts.bytesUp < fileBytes * 1.1 + transactions * 200, `${front.counts.bytesUp} bytes`)
  assert.equal(front.counts.bytesDown, 0)
})

test('an idle hour → no request at all, once the hour after the last change has passed', async () => {
  await using scene = await Scene.make(S3)
  await using front = await startHttpFront({ targetPort: scene.serverPort, nameOf: s3Operation })
  await using writer = await Writer.start(scene.path('app.db'))
  await writer.writeAtOnce(100)
  const clock = new FastClock(Date.UTC(2026, 0, 15, 10, 7)) // far from midnight, when the day's snapshot is due
  const env = { ...nodeEnv(), clock }
  await using client = scene.client({ port: front.port }) // with the real clock: requests take real time
  await using store = new Store({ env, driver: betterSqlite3Driver() }, { workers: 'in-process' })
  const database = await store.addDatabase({ path: scene.path('app.db'), client })
  await store.open()
  await database.sync()
  await writer.write(3)
  await database.sync()
  clock.setSpeed(SPEED)
  front.reset()
  await clock.sleep(1.5 * HOUR_MS)
  note('last change: the 90 minutes after it', front)
  assert.ok(front.counts.requests > 0, 'compaction and retention were not seen: does the clock work?')
  front.reset()
  await clock.sleep(HOUR_MS)
  note('idle hour', front)
  assert.deepEqual(Object.fromEntries(front.counts.byName), {})
  clock.setSpeed(1)
  await writer.write(1)
  await database.sync() // it is still there
  assert.equal(front.counts.byName.get('PutObject'), 1)
})

test('a snapshot, then a restore → requests as many as there are parts, and every byte once', async () => {
  await using scene = await Scene.make(S3)
  await using front = await startHttpFront({ targetPort: scene.serverPort, nameOf: s3Operation })
  const { file, image } = await bigSnapshot(scene, front)
  note(`snapshot of ${Math.round(file.size / MIB)} MiB`, front)
  const parts = file.size / (5 * MIB) // S3's smallest
  assert.ok(front.counts.requests <= parts + 4, `${front.counts.requests} requests`)
  assert.ok(front.counts.bytesUp < file.size * 1.02 + 100_000, `${front.counts.bytesUp} bytes`)

  front.reset()
  await scene.assertRestores(image, {}, { port: front.port })
  note(`restore of ${Math.round(file.size / MIB)} MiB`, front)
  const { byName, bytesDown } = front.counts
  assert.equal(byName.get('ListObjectsV2'), SNAPSHOT_LEVEL + 1) // each level once
  assert.ok((byName.get('GetObject') ?? 0) <= Math.ceil(file.size / (2 * MIB)) + 2)
  assert.ok(bytesDown < file.size * 1.02 + 100_000, `${bytesDown} bytes`)
})

test('restore over a line with latency and a rate for each connection → several connections at once', async () => {
  await using scene = await Scene.make(S3)
  await using front = await startHttpFront({ targetPort: scene.serverPort, nameOf: s3Operation })
  const { image } = await bigSnapshot(scene, front)
  await using proxy = await startFaultProxy({ targetPort: front.port })
  proxy.set({ latencyMs: 25, bytesPerSecond: 20_000_000 })
  front.reset()
  await scene.assertRestores(image, {}, { port: proxy.port })
  note('the same over 50 ms and 20 MB/s', front)
  assert.ok(front.counts.connections >= 6, `${front.counts.connections} connections`)
})

async function replicate(
  scene: Scene,
  front: HttpFront,
  store: Partial<StoreSettings>,
): Promise<Replicating> {
  const databasePath = scene.path('app.db')
  const replicating = await Replicating.start(scene, { databasePath, client: { port: front.port }, store })
  await replicating.database.sync()
  return replicating
}

/** Of a database of some 40 MB that does not compress; the counts of the front are those of its upload. */
async function bigSnapshot(
  scene: Scene,
  front: HttpFront,
): Promise<{ readonly file: FileInfo; readonly image: Uint8Array }> {
  await using writer = await Writer.start(scene.path('app.db'))
  for (let turn = 0; turn < 10; turn++) await writer.writeAtOnce(1000, 4000)
  await using replicating = await replicate(scene, front, BY_HAND)
  const image = await writer.image()
  front.reset()
  const snapshot = await replicating.database.snapshot()
  assert.ok(snapshot !== null && !snapshot.existed)
  return { file: snapshot.file, image }
}

function note(what: string, { counts }: HttpFront, per = 1): void {
  const figure = (value: number): string => (value / per).toLocaleString('en', { maximumFractionDigits: 2 })
  const names = [...counts.byName].map(([name, count]) => `${name} ${figure(count)}`).join(', ')
  const bytes = `${figure(counts.bytesUp)} bytes up, ${figure(counts.bytesDown)} down`
  table.push(`  ${what}: ${figure(counts.requests)} requests (${names || 'none'}), ${bytes}`)
}
