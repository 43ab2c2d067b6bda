import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'vitest'
import { collectFiles, type FileInfo } from '@ltx/client-core'
import { withFaults } from '@ltx/client-core/faults'
import { memoryClient, type MemoryClient } from '@ltx/client-core/memory'
import { nodeEnv } from '@ltx/env/node'
import { toTxid } from '@ltx/format'
import { isRestoreError, restore } from '@ltx/restore'
import { metaPathOf } from '../src/lib/database/meta-path.ts'
import { listInWords } from './file-list.ts'
import { ScratchStore } from './scratch-store.ts'

// The first image goes up once (docs/decisions/0016-image-once.md), wherever the process is killed.

const ROWS = 100

async function scene(): Promise<{
  scratch: ScratchStore
  memory: MemoryClient
  commit: (rows: number) => void
}> {
  const scratch = new ScratchStore()
  const app = scratch.app()
  const insert = app.prepare('INSERT INTO t VALUES (randomblob(3000))')
  const commit = app.transaction((rows: number) => {
    for (let row = 0; row < rows; row++) insert.run()
  })
  commit(ROWS)
  return { scratch, memory: memoryClient(), commit }
}

async function stored(client: MemoryClient): Promise<FileInfo[]> {
  const levels = Array.from({ length: 10 }, (_, level) => collectFiles(client.listFiles(level)))
  return (await Promise.all(levels)).flat()
}

/** Replicates until the storage answers no more, which is at once or after some writes, and dies. */
async function killedAt(
  scratch: ScratchStore,
  memory: MemoryClient,
  nth: number,
  kind: 'fail' | 'lose-reply',
): Promise<void> {
  const rules = Array.from({ length: 50 }, (_, index) => ({
    call: 'writeFile' as const,
    nth: nth + index,
    fault: { kind: index === 0 ? kind : ('fail' as const) },
  }))
  const store = scratch.store({
    compactionEnabled: false,
    shutdownSyncTimeoutMs: 0,
    shutdownSyncIntervalMs: 1,
  })
  await store.addDatabase({ path: scratch.path(), client: withFaults(memory, scratch.env, { rules }) })
  await store.open()
  await scratch.until('a failed upload', () => scratch.kinds().includes('error'))
  await store.close()
}

/** Goes on with `commits` commits, makes every level, and takes what is old away. */
async function goOn(
  { scratch, memory, commit }: Awaited<ReturnType<typeof scene>>,
  commits: number,
): Promise<void> {
  const store = scratch.store({ compactionEnabled: false, verifyCompaction: true, l0RetentionMs: 1 })
  const database = await store.addDatabase({ path: scratch.path(), client: memory })
  await store.open()
  for (let at = 0; at < commits; at++) {
    commit(1)
    await database.sync()
  }
  await database.sync()
  for (const level of [1, 2, 3]) await database.compact(level)
  await database.enforceRetention()
  await store.close()
}

const steps: readonly [stopped: string, nth: number, kind: 'fail' | 'lose-reply', there: string][] = [
  ['before anything is stored', 1, 'fail', ''],
  ['the file beside the image is stored, its reply lost', 1, 'lose-reply', '2'],
  ['the image is not stored', 2, 'fail', '2'],
  ['the image is stored, its reply lost', 2, 'lose-reply', '2 9:1'],
]

for (const [stopped, nth, kind, there] of steps) {
  for (const commits of [0, 3]) {
    test(`first image: killed when ${stopped}, then ${commits} commits and all levels → stored once, everything restores`, async () => {
      const world = await scene()
      await using scratch = world.scratch
      await killedAt(scratch, world.memory, nth, kind)
      assert.equal(listInWords(await stored(world.memory)), there)
      if (commits > 0) world.commit(1)
      await goOn(world, commits)
      assert.equal(await scratch.restoredRows(world.memory), ROWS + (commits > 0 ? commits + 1 : 0))
      const files = await stored(world.memory)
      const words = listInWords(files)
      assert.deepEqual(listInWords(files.filter(({ level }) => level === 9)), '9:1', words)
      assert.ok(
        files.every(({ level, minTXID }) => level === 9 || minTXID > 1n),
        words,
      )
      const image = files.find(({ level }) => level === 9)?.size ?? 0
      const all = files.reduce((sum, { size }) => sum + size, 0)
      assert.ok(
        image > ROWS * 3000 && all < image + 10 * 20_000,
        `${all} bytes for an image of ${image}: ${words}`,
      )
      assert.equal(scratch.events.filter((event) => event.kind === 'resync' && event.full).length, 1)
    })
  }
}

test('first image: until it is stored nothing restores, and that is what is said; then TXIDs 1 and 2 do', async () => {
  const world = await scene()
  await using scratch = world.scratch
  await killedAt(scratch, world.memory, 2, 'fail')
  const outputPath = `${scratch.directory}/none.db`
  await assert.rejects(restore({ client: world.memory, env: nodeEnv(), outputPath }), (error) =>
    isRestoreError(error, 'RESTORE_NOTHING'),
  )
  await goOn(world, 0)
  for (const txid of [1n, 2n]) {
    const target = { kind: 'txid', txid: toTxid(txid) } as const
    const to = `${scratch.directory}/${txid}.db`
    await restore({ client: world.memory, env: nodeEnv(), outputPath: to, target })
  }
})

test('first image: killed while it goes up, and local state is lost → a snapshot comes first, and everything restores', async () => {
  const world = await scene()
  await using scratch = world.scratch
  await killedAt(scratch, world.memory, 2, 'fail')
  rmSync(metaPathOf(scratch.path()), { recursive: true })
  world.commit(1)
  await goOn(world, 2)
  assert.equal(await scratch.restoredRows(world.memory), ROWS + 3)
})

test('first image: chores while it goes up → no second one, no compaction; the snapshot is told of', async () => {
  const world = await scene()
  await using scratch = world.scratch
  const rules = [{ call: 'writeFile' as const, nth: 2, fault: { kind: 'delay' as const, delayMs: 700 } }]
  const store = scratch.store({
    levels: [{ intervalMs: 100 }],
    snapshotIntervalMs: 100,
    l0RetentionMs: 50,
    l0RetentionCheckIntervalMs: 50,
  })
  const client = withFaults(world.memory, scratch.env, { rules })
  const database = await store.addDatabase({ path: scratch.path(), client })
  await store.open()
  await database.sync()
  await scratch.env.clock.sleep(400)
  assert.equal(listInWords(await stored(world.memory)), '2 9:1')
  assert.deepEqual(
    scratch.events.flatMap((event) => (event.kind === 'snapshot' ? [listInWords([event.file])] : [])),
    ['9:1'],
  )
  await store.close()
  assert.equal(await scratch.restoredRows(world.memory), ROWS)
})
