import assert from 'node:assert/strict'
import { test } from 'vitest'
import { memoryClient } from '@ltx/client-core/memory'
import { AppProcess } from './app-process.ts'
import { ScratchStore } from './scratch-store.ts'

// Time plays no part: an interval is so long that a checkpoint which waits for the next one gives up after its five seconds.
const SYNC_INTERVAL_MS = 600_000

/** A second process that never pauses, and a database that goes by the clock because of it. */
async function hotDatabase(scratch: ScratchStore, writer: AppProcess): Promise<() => number> {
  const syncs = (): number => scratch.kinds().filter((kind) => kind === 'sync').length
  const store = scratch.store({ workers: 'threads' })
  await store.addDatabase({
    path: scratch.path(),
    client: memoryClient(),
    settings: { syncIntervalMs: SYNC_INTERVAL_MS, minCheckpointPageCount: 1e6 }, // none of ours meanwhile
  })
  await store.open()
  await writer.startWriting(100)
  let last = { syncs: 0, sinceMs: 0 }
  await scratch.until('the burst to be over', () => {
    const nowMs = performance.now()
    if (syncs() !== last.syncs) last = { syncs: syncs(), sinceMs: nowMs }
    return last.syncs >= 2 && nowMs - last.sinceMs > 1500 // eight at most, fewer if one finds megabytes
  })
  return syncs
}

for (const mode of ['TRUNCATE', 'FULL']) {
  test(`a ${mode} checkpoint of the application beside its busy writer → our pin moves out of its way between two intervals`, async () => {
    await using scratch = new ScratchStore()
    scratch.app().exec('DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, data BLOB)')
    await using writer = await AppProcess.start(scratch.path())
    await using other = await AppProcess.start(scratch.path())
    const syncs = await hotDatabase(scratch, writer)
    const before = syncs()
    const answers = (await other.pragma(`wal_checkpoint(${mode})`)) as { busy: number }[]
    await writer.stopWriting()
    assert.equal(answers[0]?.busy, 0)
    const files = syncs() - before
    assert.ok(files <= 3, `${files} files for one checkpoint`)
  })
}

test('a writer that never pauses, and no checkpoint of its own → nothing between two intervals', async () => {
  await using scratch = new ScratchStore()
  scratch.app().exec('DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, data BLOB)')
  await using writer = await AppProcess.start(scratch.path())
  const syncs = await hotDatabase(scratch, writer)
  const before = syncs()
  await scratch.env.clock.sleep(500)
  await writer.stopWriting()
  await scratch.env.clock.sleep(300) // it pauses with frames that nobody has read, but nobody waits
  assert.equal(syncs(), before)
})
