import assert from 'node:assert/strict'
import { copyFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { collectFiles, SNAPSHOT_LEVEL } from '@ltx/client-core'
import type { Txid } from '@ltx/format'
import { describe, test } from 'vitest'
import { BACKENDS } from './backends.ts'
import { Replicating } from './replicating.ts'
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

describe.each(BACKENDS.map((backend) => [backend.name, backend] as const))(
  'end to end with %s',
  (_, backend) => {
    test('a second process writes; compaction, snapshot, retention; another replicator takes over → every kept state is restored page by page', async () => {
      await using scene = await Scene.make(backend)
      const kept: Kept[] = []
      {
        await using writer = await Writer.start(scene.path('app.db'))
        await using first = await Replicating.start(scene, {
          databasePath: scene.path('app.db'),
          store: BY_HAND,
        })
        kept.push(await keepAfterWriting(first, writer))
        assert.equal((await first.database.compact(1)).kind, 'compacted')
        kept.push(await keepAfterWriting(first, writer))
        assert.equal((await first.database.compact(1)).kind, 'compacted')
        assert.equal((await first.database.compact(2)).kind, 'compacted')
        const snapshot = await first.database.snapshot()
        assert.equal(snapshot?.file.maxTXID, kept.at(-1)?.txid)
        kept.push(await keepAfterWriting(first, writer))
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
  await using second = await Replicating.start(scene, {
    databasePath: scene.path('follower.db'),
    store: BY_HAND,
  })
  kept.push(await keepAfterWriting(second, writer))
  assert.ok((kept.at(-1)?.txid ?? 0n) > txid, 'it did not go on')
  assert.equal((await second.database.compact(1)).kind, 'compacted')
  kept.push(await keepAfterWriting(second, writer))
  assert.deepEqual([...second.eventsOf('conflict'), ...second.eventsOf('error')], [])
}

/** Lets the application write for a while, and syncs while it does; then keeps the state in which it pauses. */
async function keepAfterWriting({ database }: Replicating, writer: Writer): Promise<Kept> {
  await writer.begin()
  for (let turn = 0; turn < 4; turn++) {
    await sleep(WRITING_MS / 4)
    await database.sync()
  }
  const transactions = await writer.pause()
  assert.ok(transactions > 0, 'the application has written nothing')
  const image = await writer.image()
  const { txid } = await database.sync()
  const timestampMs = Date.now()
  await sleep(20) // the next transaction has a later time
  return { txid, image, timestampMs }
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
