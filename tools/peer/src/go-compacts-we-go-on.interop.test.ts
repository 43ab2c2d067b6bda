import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'vitest'
import { Application } from '../test/application.ts'
import { OurReplicator } from '../test/our-replicator.ts'
import {
  assertBothRestore,
  restoreWithBoth,
  untilRestorable,
  type Target,
} from '../test/restore-with-both.ts'
import { describeFiles, highestTxid, storedFiles, type StoredFile } from '../test/stored-files.ts'
import { takeTurn } from '../test/turns.ts'
import { Workspace } from '../test/workspace.ts'
import { startLitestream } from './index.ts'

const SHORT_YAML = `
levels:
  - interval: 1s
  - interval: 2s
  - interval: 3s
snapshot:
  interval: 3s
  retention: 3s
l0-retention: 1s
l0-retention-check-interval: 500ms`

const SHORT = {
  levels: [{ intervalMs: 400 }, { intervalMs: 800 }, { intervalMs: 1200 }],
  snapshotIntervalMs: 2000,
  snapshotRetentionMs: 2000,
  l0RetentionMs: 500,
  l0RetentionCheckIntervalMs: 250,
}

for (const pageSize of [512, 4096, 65_536]) {
  test(`litestream compacts, snapshots and deletes, pages of ${pageSize} bytes: → we restore every point that it can, take over, compact on, and it restores that`, async () => {
    await using workspace = await Workspace.make()
    const { database, replica } = workspace
    await using application = await Application.start({ path: database, pageSize })
    await replicateWithLitestream(workspace, application)
    const left = await storedFiles(replica)
    await assertAlike(replica, left)

    await application.write(3)
    const from = highestTxid(left)
    {
      await using ours = await OurReplicator.start({ database, replica, storeSettings: SHORT })
      await application.beginWriting()
      await untilStored(replica, 'levels 1 to 3 and a snapshot of ours, and old files deleted', (files) => {
        const isOurs = (level: number): boolean =>
          files.some((file) => file.level === level && file.maxTXID > from)
        return [1, 2, 3, 9].every(isOurs) && !files.some((file) => file.level === 9 && file.maxTXID <= from)
      })
      await application.stopWriting()
      await ours.stop()
    }
    await assertBothRestore(replica, await application.image())
    await assertAlike(replica, await storedFiles(replica))
    await takeTurn(workspace, application, { who: 'go', ending: 'stop', yaml: SHORT_YAML })
  })
}

/** Until it has made every level, two snapshots, and deleted a snapshot and level 0 files. */
async function replicateWithLitestream(workspace: Workspace, application: Application): Promise<void> {
  const { replica } = workspace
  await using go = await startLitestream(['replicate', '-config', await workspace.configure(SHORT_YAML)])
  await application.beginWriting()
  await untilStored(replica, 'levels 1 to 3, snapshots, and old files deleted', (files) => {
    const first = (level: number): bigint => files.find((file) => file.level === level)?.maxTXID ?? 0n
    return [1, 2, 3].every((level) => first(level) > 0n) && first(9) > 2n && first(0) > 2n
  })
  await application.stopWriting()
  await untilRestorable(replica, () => application.image())
  await go.stop()
}

/** Every TXID and a choice of times: both give the same bytes, or both refuse. */
async function assertAlike(replica: string, files: readonly StoredFile[]): Promise<void> {
  let restored = 0
  for (const target of pointsOf(files)) if ((await restoreWithBoth(replica, target)) !== null) restored++
  assert.ok(restored > 0, `nothing could be restored\n${describeFiles(files)}`)
}

function pointsOf(files: readonly StoredFile[]): Target[] {
  const txids = [...new Set(files.flatMap(({ maxTXID }) => [maxTXID, maxTXID - 1n]))].filter(
    (txid) => txid > 0n,
  )
  const times = [...new Set(files.map(({ timestampMs }) => timestampMs))].toSorted((a, b) => a - b)
  const some = times.filter((_, index) => index % Math.ceil(times.length / 5) === 0)
  return [
    ...txids.map((txid): Target => ({ kind: 'txid', txid })),
    ...some.flatMap((timestampMs): Target[] => [
      { kind: 'timestamp', timestampMs },
      { kind: 'timestamp', timestampMs: timestampMs + 1 },
    ]),
  ]
}

async function untilStored(
  replica: string,
  what: string,
  holds: (files: readonly StoredFile[]) => boolean,
): Promise<void> {
  const start = performance.now()
  for (;;) {
    const files = await storedFiles(replica)
    if (holds(files)) return
    if (performance.now() - start > 40_000) assert.fail(`no ${what} in 40 s\n${describeFiles(files)}`)
    await sleep(50)
  }
}
