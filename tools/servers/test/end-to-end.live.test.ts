import assert from 'node:assert/strict'
import { copyFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { collectFiles, SNAPSHOT_LEVEL, type ReplicaClient } from '@ltx/client-core'
import type { Txid } from '@ltx/format'
import { Store, type Database, type ReplicatorEvent } from '@ltx/replicator'
import { describe, test } from 'vitest'
import { BACKENDS } from './backends.ts'
import { Scene } from './scene.ts'
import { Writer } from './writer.ts'

/** Compaction and retention when the test says so. */
const BY_HAND = {
  compactionEnabled: false,
  l0RetentionMs: 1,
  levels: [{ intervalMs: 1000 }, { intervalMs: 5000 }],
}
const WRITING_MS = 700

/** A state of the database that the replica is known to hold. */
interface Kept {
  readonly txid: Txid
  readonly image: Uint8Array
  /** After it was synced and before the next transaction. */
  readonly timestampMs: number
}

/** A replicator at work on one database. Leaving its scope closes it, with a last sync. */
class Replicating implements AsyncDisposable {
  readonly #store: Store
  readonly #client: ReplicaClient
  readonly database: Database
  readonly events: ReplicatorEvent[] = []

  private constructor(store: Store, client: ReplicaClient, database: Database) {
    this.#store = store
    this.#client = client
    this.database = database
    store.on((event) => this.events.push(event))
  }

  static async start(scene: Scene, databasePath: string): Promise<Replicating> {
    const client = scene.client()
    const store = new Store({ env: scene.env }, BY_HAND)
    const settings = { syncIntervalMs: 50, monitorIntervalMs: 50 }
    const database = await store.addDatabase({ path: databasePath, client, settings })
    const replicating = new Replicating(store, client, database)
    await store.open()
    return replicating
  }

  /** Lets the application write for a while, and syncs while it does; then keeps the state in which it pauses. */
  async keepAfterWriting(writer: Writer): Promise<Kept> {
    await writer.begin()
    for (let turn = 0; turn < 4; turn++) {
      await sleep(WRITING_MS / 4)
      await this.database.sync()
    }
    const transactions = await writer.pause()
    assert.ok(transactions > 0, 'the application has written nothing')
    const image = await writer.image()
    const { txid } = await this.database.sync()
    const timestampMs = Date.now()
    await sleep(20)
    return { txid, image, timestampMs }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store.close()
    await this.#client.close()
  }
}

describe.each(BACKENDS.map((backend) => [backend.name, backend] as const))(
  'end to end with %s',
  (_, backend) => {
    test('a second process writes; compaction, snapshot, retention; another replicator takes over → every kept state is restored page by page', async () => {
      await using scene = await Scene.make(backend)
      const kept: Kept[] = []
      {
        await using writer = await Writer.start(scene.path('app.db'))
        await using first = await Replicating.start(scene, scene.path('app.db'))
        kept.push(await first.keepAfterWriting(writer))
        assert.equal((await first.database.compact(1)).kind, 'compacted')
        kept.push(await first.keepAfterWriting(writer))
        assert.equal((await first.database.compact(1)).kind, 'compacted')
        assert.equal((await first.database.compact(2)).kind, 'compacted')
        const snapshot = await first.database.snapshot()
        assert.equal(snapshot?.file.maxTXID, kept.at(-1)?.txid)
        kept.push(await first.keepAfterWriting(writer))
        assert.ok((await first.database.enforceRetention()).deleted.length > 0)
        await assertAllRestore(scene, kept)
        await assertShape(scene)
        await writer.close()
      }
      await takeOver(scene, kept)
      await assertAllRestore(scene, kept)
    })
  },
)

/** Another machine: the database as restored, no local state, a replicator of its own, which goes on where the first ended. */
async function takeOver(scene: Scene, kept: Kept[]): Promise<void> {
  const last = kept.at(-1)
  const { outputPath, txid } = await scene.restore()
  assert.ok(last !== undefined && txid >= last.txid)
  await copyFile(outputPath, scene.path('follower.db'))
  await using writer = await Writer.start(scene.path('follower.db'))
  await using second = await Replicating.start(scene, scene.path('follower.db'))
  kept.push(await second.keepAfterWriting(writer))
  assert.ok((kept.at(-1)?.txid ?? 0n) > txid, 'it did not go on')
  assert.equal((await second.database.compact(1)).kind, 'compacted')
  kept.push(await second.keepAfterWriting(writer))
  assert.deepEqual(
    second.events.filter(({ kind }) => kind === 'conflict' || kind === 'error'),
    [],
  )
}

async function assertAllRestore(scene: Scene, kept: readonly Kept[]): Promise<void> {
  for (const { txid, image, timestampMs } of kept) {
    const byTxid = await scene.assertRestores(image, { target: { kind: 'txid', txid } })
    assert.equal(byTxid.txid, txid)
    const byTime = await scene.assertRestores(image, { target: { kind: 'timestamp', timestampMs } })
    assert.equal(byTime.txid, txid)
  }
  const last = kept.at(-1)
  assert.ok(last !== undefined)
  assert.deepEqual((await scene.assertRestores(last.image)).replaced, [])
}

/** Files are where they belong, and the clock times that come back are those that went in. */
async function assertShape(scene: Scene): Promise<void> {
  await using client = scene.client()
  for (const level of [0, 1, 2, SNAPSHOT_LEVEL]) {
    const files = await collectFiles(client.listFiles(level, { exactTimestamps: true }))
    assert.ok(files.length > 0, `nothing at level ${level}`)
    for (const file of files) assert.ok(Math.abs(Date.now() - file.createdAtMs) < 600_000, 'a wrong time')
  }
}
