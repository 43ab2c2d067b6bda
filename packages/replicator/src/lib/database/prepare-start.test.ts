import assert from 'node:assert/strict'
import type { FileInfo, ListOptions } from '@ltx/client-core'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { simEnv, type SimEnv } from '@ltx/env/sim'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { smallFile, type SmallFile } from '../../../test/memory-local-files.ts'
import { ToyFollower } from '../../../test/toy-follower.ts'
import { PageTable } from '../page-table/page-table.ts'
import type { OpenedDatabase } from './follower-port.ts'
import { LocalPort } from './local-port.ts'
import { prepareStart, type PreparedStart } from './prepare-start.ts'
import { ReplicaWait } from './replica-wait.ts'

const META = '/m'

class Scene {
  readonly env: SimEnv = simEnv({ seed: 1 })
  readonly client: MemoryClient = memoryClient()
  readonly local: LocalPort = new LocalPort(this.env.files, META)
  rebuildBytesMax = 1_000_000

  constructor() {
    this.env.blockingFiles.makeDirectory(`${META}/ltx/0`)
  }

  here(...files: readonly SmallFile[]): this {
    for (const file of files) {
      using handle = this.env.blockingFiles.open(this.local.path(toTxid(BigInt(file.max))), 'create')
      handle.write(smallFile(file), 0)
    }
    return this
  }

  async there(level: number, ...files: readonly SmallFile[]): Promise<FileInfo[]> {
    const infos: FileInfo[] = []
    for (const file of files) {
      const [minTXID, maxTXID] = [toTxid(BigInt(file.min ?? file.max)), toTxid(BigInt(file.max))]
      infos.push(
        await this.client.writeFile({ level, minTXID, maxTXID }, async function* bytes() {
          yield smallFile(file)
        }),
      )
    }
    return infos
  }

  prepare(
    local: OpenedDatabase['local'],
    hasBaseline = true,
    mayBeginOffline = true,
  ): Promise<PreparedStart> {
    const { env, client, rebuildBytesMax } = this
    const parts = {
      env,
      client,
      local: this.local,
      follower: new ToyFollower(env, META),
      metaPath: META,
      rebuildBytesMax,
      mayBeginOffline,
      wait: new ReplicaWait(env.clock),
    }
    return prepareStart(parts, { kind: 'opened', local, hasBaseline, switchedToWal: false }, {})
  }

  tableTXID(): bigint | null {
    using table = PageTable.open(this.env.blockingFiles, META)
    return table.state?.txid ?? null
  }
}

const range = (min: number, max: number): OpenedDatabase['local'] => ({
  min: toTxid(BigInt(min)),
  max: toTxid(BigInt(max)),
})

test('prepareStart: nothing anywhere → the first image is TXID 1', async () => {
  const { plan, order } = await new Scene().prepare(null, false)
  assert.equal(plan.kind, 'first')
  assert.deepEqual(order, {
    keepLocal: false,
    lastTXID: null,
    newestFileMs: 0,
    confirmed: null,
    imageOnce: true,
  })
})

test('prepareStart: the local files are ahead → go on, what is stored is confirmed', async () => {
  const scene = new Scene().here({ max: 1 }, { max: 2 }, { max: 3 })
  await scene.there(0, { max: 1 }, { max: 2 })
  const { plan, order } = await scene.prepare(range(1, 3))
  assert.deepEqual([plan.kind, order.keepLocal, order.lastTXID, order.confirmed], ['continue', true, 3n, 2n])
})

test('prepareStart: no local state, a replica → its state is what the database is compared with; time goes on after it', async () => {
  const scene = new Scene()
  await scene.there(9, { min: 1, max: 2 })
  await scene.there(0, { max: 2 }, { max: 3, timestampMs: 5000 })
  const { plan, order } = await scene.prepare(null, false)
  assert.equal(plan.kind, 'rebase')
  assert.deepEqual([order.keepLocal, order.lastTXID, order.confirmed], [true, 3n, 3n])
  assert.ok(order.newestFileMs >= 5000)
  assert.equal(scene.tableTXID(), 3n)
  assert.deepEqual(
    (await scene.local.list()).map(({ txid }) => txid),
    [3n],
  )
})

test('prepareStart: no local state, a replica larger than may be read for it → a full image, after the stored TXIDs', async () => {
  const scene = new Scene()
  scene.rebuildBytesMax = 100
  await scene.there(9, { min: 1, max: 2 })
  await scene.there(0, { max: 2 }, { max: 3 })
  const { order } = await scene.prepare(null, false)
  assert.deepEqual([order.keepLocal, order.lastTXID, scene.tableTXID()], [false, 3n, null])
})

test('prepareStart: no local state, a damaged stored file → a full image', async () => {
  const scene = new Scene()
  await scene.there(9, { min: 1, max: 2 })
  await scene.there(0, { max: 2 }, { max: 3 })
  for (const [path, object] of scene.client.storage.objects)
    if (path.includes('/9/') || path.includes('0009')) object.bytes.fill(1, 150, 170)
  const { order } = await scene.prepare(null, false)
  assert.deepEqual([order.lastTXID, order.confirmed], [3n, 3n])
  assert.deepEqual([order.keepLocal, scene.tableTXID()], [false, null])
})

test('prepareStart: the stored file of our newest TXID is another → ours are dropped, after the stored ones', async () => {
  const scene = new Scene().here({ max: 1 }, { max: 2, fill: 1 })
  await scene.there(0, { max: 1 }, { max: 2, fill: 2 }, { max: 3 })
  const { plan, order } = await scene.prepare(range(1, 2))
  assert.deepEqual([plan.kind, order.lastTXID, order.confirmed], ['rebase', 3n, 3n])
})

const unanswering: readonly [what: string, local: OpenedDatabase['local'], order: object][] = [
  [
    'no local files → begins with TXID 1, provisionally',
    null,
    { keepLocal: false, lastTXID: null, newestFileMs: 0, confirmed: null, assumed: null, imageOnce: true },
  ],
  [
    'local files → goes on after the newest, provisionally; the page table counts',
    range(3, 5),
    { keepLocal: true, lastTXID: 5n, newestFileMs: 0, confirmed: null, assumed: 5n, imageOnce: true },
  ],
]

for (const [what, local, expected] of unanswering) {
  test(`prepareStart: the replica cannot be listed, ${what}`, async () => {
    const scene = new Scene()
    scene.client.storage.failNext(503)
    const { plan, link, order } = await scene.prepare(local)
    assert.deepEqual([plan.kind, link.kind, order], ['offline', 'unknown', expected])
    assert.match(plan.because, /CLIENT_UNREACHABLE.*kept in local files/)
  })
}

test('prepareStart: the replica has just answered and cannot be listed now → rejects: what it said is not passed over', async () => {
  const scene = new Scene()
  scene.client.storage.failNext(503)
  await assert.rejects(scene.prepare(range(3, 5), true, false), { code: 'CLIENT_UNREACHABLE' })
})

/** Heeds its signal, and nothing else. */
async function* silentListing(
  _level: number,
  { signal }: ListOptions = {},
): AsyncGenerator<FileInfo, void, undefined> {
  await new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
  yield* []
}

test('prepareStart: the replica does not answer at all → begun without it after half a minute', async () => {
  const scene = new Scene()
  scene.client.listFiles = silentListing
  const prepared = scene.prepare(range(3, 5))
  await scene.env.clock.advance(30_000)
  assert.equal((await prepared).plan.kind, 'offline')
})

test('prepareStart: the client is closed → rejects', async () => {
  const scene = new Scene()
  await scene.client.close()
  await assert.rejects(scene.prepare(range(3, 5)), { code: 'CLIENT_CLOSED' })
})
