import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'vitest'
import { Application } from '../test/application.ts'
import { OurReplicator } from '../test/our-replicator.ts'
import { assertBothRestore, restoreWithBoth, type Target } from '../test/restore-with-both.ts'
import { describeFiles, highestTxid, storedFiles, type StoredFile } from '../test/stored-files.ts'
import { Workspace } from '../test/workspace.ts'
import { queryVfs } from './index.ts'

const COUNTS = 'SELECT count(*) AS n, max(id) AS last, sum(length(payload)) AS bytes FROM t'

/** Nothing happens by itself; each stage says what does. */
const BY_HAND = { compactionEnabled: false }

/** Every level soon, nothing deleted. */
const SHORT_LEVELS = {
  levels: [{ intervalMs: 300 }, { intervalMs: 700 }, { intervalMs: 1500 }],
  l0RetentionMs: 3_600_000,
}

const SHORT_RETENTION = {
  ...SHORT_LEVELS,
  snapshotIntervalMs: 800,
  snapshotRetentionMs: 800,
  l0RetentionMs: 400,
  l0RetentionCheckIntervalMs: 200,
}

for (const pageSize of [512, 4096, 65_536]) {
  test(`litestream restore: our replica of a live database, pages of ${pageSize} bytes → the same bytes as ours, at every point of every stage`, async () => {
    await using workspace = await Workspace.make()
    const { database, replica } = workspace
    await using application = await Application.start({ path: database, pageSize })
    await application.beginWriting()

    {
      await using ours = await OurReplicator.start({ database, replica, storeSettings: BY_HAND })
      await until(replica, 'a dozen files', (files) => highestTxid(files) >= 12n)
      await assertStage(application, ours, replica)
      await ours.stop()
    }
    await application.beginWriting()
    {
      await using ours = await OurReplicator.start({ database, replica, storeSettings: SHORT_LEVELS })
      await until(replica, 'levels 1 to 3', (files) => [1, 2, 3].every((level) => count(files, level) >= 2))
      await assertStage(application, ours, replica)
      await application.beginWriting()
      await sleep(200)
      await ours.sync()
      await ours.snapshot()
      await assertStage(application, ours, replica)
      await ours.stop()
    }
    await application.beginWriting()
    {
      await using ours = await OurReplicator.start({ database, replica, storeSettings: SHORT_RETENTION })
      const before = (await storedFiles(replica)).filter(({ level }) => level > 0)
      await until(replica, 'old files deleted', (files) => {
        const paths = new Set(files.map((file) => file.path))
        return [1, 2, 9].every((level) =>
          before.some((file) => file.level === level && !paths.has(file.path)),
        )
      })
      await assertStage(application, ours, replica)
      assert.ok(await application.checkpoint('TRUNCATE'), 'our pin is in the way of the application')
      await ours.stop()
    }
    await assertBothRestore(replica, await readFile(database))
    assert.deepEqual(await application.rows('PRAGMA integrity_check'), [{ integrity_check: 'ok' }])
  })
}

/**
 * The application pauses, everything is stored; then every point of the replica restores alike with both, each to a state that one of
 * the application's commits left, later points to later states, and the VFS reads the newest one.
 */
async function assertStage(application: Application, ours: OurReplicator, replica: string): Promise<void> {
  const commits = await application.stopWriting()
  await ours.sync()
  const image = await application.image()
  await assertBothRestore(replica, image)
  assert.deepEqual(await queryVfs(replica, COUNTS), await application.rows(COUNTS))
  const files = await settledFiles(replica)
  const points = restorePoints(files)
  let commit = 0
  for (const [index, target] of points.entries()) {
    const bytes = await restoreWithBoth(replica, target).catch(async (error: unknown) => {
      // retention goes on meanwhile: a point that it has just taken away is no point of this stage any more
      if (describeFiles(await storedFiles(replica)) === describeFiles(files)) throw error
      return null
    })
    if (bytes === null) continue // a TXID inside a compacted file, or a time before everything
    const found = commits.lastIndexOf(createHash('sha256').update(bytes).digest('hex'))
    assert.notEqual(found, -1, `point ${index} is no state that a commit left\n${describeFiles(files)}`)
    if (target.kind !== 'txid') continue
    assert.ok(found >= commit, `TXID ${target.txid} is an older state than the point before`)
    commit = found
  }
}

/** TXIDs: all that a file ends at, and a few others. Times: some files' own, one millisecond later, and halfway to the next. */
function restorePoints(files: readonly StoredFile[]): Target[] {
  const points: Target[] = []
  const ends = new Set(files.map((file) => file.maxTXID))
  const highest = highestTxid(files)
  for (let txid = 1n; txid <= highest + 1n; txid++) {
    if (ends.has(txid) || txid % 9n === 0n || txid > highest) points.push({ kind: 'txid', txid })
  }
  const times = [...new Set(files.map((file) => file.timestampMs))].toSorted((a, b) => a - b)
  for (const index of evenly(times.length, 4)) {
    const [timestampMs = 0, next = timestampMs + 10] = times.slice(index)
    for (const ms of [timestampMs, timestampMs + 1, Math.floor((timestampMs + next) / 2)]) {
      points.push({ kind: 'timestamp', timestampMs: ms })
    }
  }
  return points
}

function evenly(length: number, picks: number): number[] {
  const step = Math.max(1, Math.floor(length / picks))
  return Array.from({ length }, (_, index) => index).filter((index) => index % step === 0)
}

/** Compaction goes on by itself: waits until nothing has changed for 400 ms. */
async function settledFiles(replica: string): Promise<StoredFile[]> {
  let before = ''
  for (;;) {
    const files = await storedFiles(replica)
    const now = describeFiles(files)
    if (now === before) return files
    before = now
    await sleep(400)
  }
}

async function until(
  replica: string,
  what: string,
  holds: (files: readonly StoredFile[]) => boolean,
): Promise<void> {
  const start = performance.now()
  for (;;) {
    const files = await storedFiles(replica)
    if (holds(files)) return
    if (performance.now() - start > 30_000) assert.fail(`no ${what} in 30 s\n${describeFiles(files)}`)
    await sleep(50)
  }
}

function count(files: readonly StoredFile[], level: number): number {
  return files.filter((file) => file.level === level).length
}
