import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StoreSettings } from '@ltx/replicator'
import { startLitestream } from '../src/index.ts'
import type { Application } from './application.ts'
import { OurReplicator } from './our-replicator.ts'
import { assertBothRestore, restoreWithBoth, untilRestorable } from './restore-with-both.ts'
import { describeFiles, highestTxid, newFiles, storedFiles, type StoredFile } from './stored-files.ts'
import type { Workspace } from './workspace.ts'

export type Who = 'go' | 'ours'
export type Ending = 'stop' | 'kill'

export interface Turn {
  readonly who: Who
  readonly ending: Ending
  /** Absent: level 0 alone, so that no snapshot of ours hides what a level 0 file lacks. */
  readonly storeSettings?: Partial<StoreSettings>
  /** Litestream is known to lose something here (docs/discoveries/litestream-0.5.17.md): its own turn need not end at the database. */
  readonly goMayLose?: boolean | undefined
  /** YAML for the top level of Litestream's configuration. */
  readonly yaml?: string
}

/** No compaction, no snapshots. */
export const LEVEL_ZERO: Partial<StoreSettings> = { compactionEnabled: false }

/**
 * One of the two replicates for a while, with the application writing, and ends. Checks what must hold after every turn: both restore
 * the same bytes, they are the database, and TXIDs went on from where they were.
 *
 * @returns the files that this turn added to the replica.
 */
export async function takeTurn(
  workspace: Workspace,
  application: Application,
  turn: Turn,
): Promise<StoredFile[]> {
  const before = await storedFiles(workspace.replica)
  const image = await (turn.who === 'go' ? goTurn : ourTurn)(workspace, application, turn)
  const after = await storedFiles(workspace.replica)
  if (turn.who === 'go' && turn.goMayLose === true) assert.ok(await restoreWithBoth(workspace.replica))
  else await assertBothRestore(workspace.replica, image)
  const added = newFiles(before, after)
  assertGoesOn(before, added)
  return added
}

async function goTurn(workspace: Workspace, application: Application, turn: Turn): Promise<Buffer> {
  const file = await workspace.configure(turn.yaml)
  await using go = await startLitestream(['replicate', '-config', file])
  const untilSynced = (): Promise<Buffer> =>
    turn.goMayLose === true
      ? untilQuiet(workspace, application)
      : untilRestorable(workspace.replica, () => application.image())
  await untilSynced()
  await application.write(10)
  await untilSynced()
  await application.write(5)
  const image = await untilSynced()
  if (turn.ending === 'kill') await go.kill()
  else await go.stop()
  return image
}

async function ourTurn(workspace: Workspace, application: Application, turn: Turn): Promise<Buffer> {
  const { database, replica } = workspace
  const { storeSettings = LEVEL_ZERO } = turn
  await using ours = await OurReplicator.start({ database, replica, storeSettings })
  await application.write(10)
  await ours.sync()
  await application.write(5)
  if (turn.ending === 'stop') await ours.stop()
  else {
    await ours.sync()
    await ours.kill()
  }
  return application.image()
}

/** New level 0 files follow the highest TXID there was, without a hole, and nothing new starts history anew. */
function assertGoesOn(before: readonly StoredFile[], added: readonly StoredFile[]): void {
  const highest = highestTxid(before)
  const syncs = added.filter(({ level }) => level === 0)
  assert.ok(syncs.length > 0, `no level 0 file was added\n${describeFiles(added)}`)
  for (const [index, { minTXID, maxTXID }] of syncs.entries()) {
    assert.equal(minTXID, maxTXID, 'a level 0 file is one TXID')
    if (index > 0) assert.equal(minTXID, (syncs[index - 1]?.maxTXID ?? 0n) + 1n, describeFiles(added))
    assert.ok(minTXID > highest, `TXIDs after ${highest}\n${describeFiles(added)}`)
  }
}

/** Waits until the replica has not grown for 500 ms. */
async function untilQuiet(workspace: Workspace, application: Application): Promise<Buffer> {
  for (let before = -1n; ; await sleep(500)) {
    const now = highestTxid(await storedFiles(workspace.replica))
    if (now === before && now > 0n) return application.image()
    before = now
  }
}

/** Bytes that a turn brought to level 0: what it found to be new. */
export function levelZeroBytes(files: readonly StoredFile[]): number {
  return files.filter(({ level }) => level === 0).reduce((sum, { size }) => sum + size, 0)
}
