import { SNAPSHOT_LEVEL, type FileInfo } from '@ltx/client-core'
import { toTxid, type Txid } from '@ltx/format'

export interface RetentionFacts {
  /** Everything that is stored, each level ascending; the index is the level. */
  readonly levels: readonly (readonly FileInfo[])[]
  readonly nowMs: number
  /** How far back every moment can be restored. */
  readonly snapshotRetentionMs: number
  /** How far back every single sync can be restored. 0: level 0 files are kept for ever. */
  readonly l0RetentionMs: number
}

export interface RemovedFiles {
  readonly level: number
  readonly files: readonly FileInfo[]
}

export interface RetentionPlan {
  /** In this order: level 0, 1 …, the snapshots last, because they say what may go below them. No empty groups. */
  readonly remove: readonly RemovedFiles[]
  /** Local level 0 files up to this TXID are of no more use to the replica; `null`: none. */
  readonly localUpTo: Txid | null
}

/**
 * Which stored files may go, so that every moment of the last `snapshotRetentionMs` stays restorable, and every single sync of the last
 * `l0RetentionMs`.
 *
 * - *Snapshots* older than that go, but the newest of them stays: the window's first moments are restored from it. (Litestream deletes
 *   it too, if its deletion runs more often than its snapshots.)
 * - *Levels 1 to 8*, configured or not: files that end before the snapshot before the first one that stays. A restore that was planned
 *   just before the deletion still finds all it needs between the two.
 * - *Level 0*: the sources of whole level 1 files, when the last of them is old enough; and never anything after the end of level 1.
 * - The newest file of each level stays: from it Litestream reads where the replica stands (INTEROP-1).
 *
 * @see litestream `DB.EnforceSnapshotRetention`, `EnforceRetentionByTXID`, `EnforceL0RetentionByTime`; spec-core §4.6, §10
 */
export function planRetention(facts: RetentionFacts): RetentionPlan {
  const { levels } = facts
  const snapshots = planSnapshots(levels[SNAPSHOT_LEVEL] ?? [], facts.nowMs - facts.snapshotRetentionMs)
  const level0 = planLevel0(facts, snapshots.floor)
  const remove: RemovedFiles[] = [{ level: 0, files: level0.files }]
  for (let level = 1; level < SNAPSHOT_LEVEL; level++) {
    const files = (levels[level] ?? []).filter((file) => file.maxTXID < snapshots.floor)
    remove.push({ level, files: withoutNewest(files, levels[level] ?? []) })
  }
  remove.push({ level: SNAPSHOT_LEVEL, files: snapshots.files })
  return { remove: remove.filter(({ files }) => files.length > 0), localUpTo: level0.localUpTo }
}

interface SnapshotPlan {
  readonly files: readonly FileInfo[]
  /** Below this TXID nothing is needed; 0: everything is. */
  readonly floor: bigint
}

function planSnapshots(level: readonly FileInfo[], windowStartMs: number): SnapshotPlan {
  const snapshots = level.filter(({ minTXID }) => minTXID === 1n)
  const inWindow = snapshots.findIndex(({ createdAtMs }) => createdAtMs >= windowStartMs)
  const firstKept = Math.max(0, (inWindow === -1 ? snapshots.length : inWindow) - 1)
  const files = snapshots.slice(0, firstKept)
  return { files, floor: files.at(-1)?.maxTXID ?? 0n }
}

function planLevel0(facts: RetentionFacts, floor: bigint): { files: FileInfo[]; localUpTo: Txid | null } {
  const [level0 = [], level1 = []] = facts.levels
  const first = level0[0]
  if (facts.l0RetentionMs === 0 || first === undefined) return { files: [], localUpTo: null }

  const windowStartMs = facts.nowMs - facts.l0RetentionMs
  const inWindow = level0.findIndex(({ createdAtMs }) => createdAtMs >= windowStartMs)
  const old = inWindow === -1 ? level0 : level0.slice(0, inWindow)
  const oldEnd = old.at(-1)?.maxTXID ?? 0n
  // of a level 1 file that reaches into the window every source stays: each of them may be needed to get to a moment in it
  const whole = level1.filter((file) => file.maxTXID <= oldEnd && file.maxTXID >= first.minTXID)
  const level1End = newestOf(level1)?.maxTXID ?? 0n
  const files = old.filter(
    (file) =>
      whole.some(({ minTXID, maxTXID }) => minTXID <= file.minTXID && maxTXID >= file.maxTXID) ||
      (file.maxTXID < floor && file.maxTXID <= level1End),
  )
  const removed = withoutNewest(files, level0)
  const localEnd = removed.at(-1)?.maxTXID ?? first.minTXID - 1n
  return { files: removed, localUpTo: localEnd === 0n ? null : toTxid(localEnd) }
}

function withoutNewest(files: readonly FileInfo[], level: readonly FileInfo[]): FileInfo[] {
  const newest = newestOf(level)
  return files.filter((file) => file !== newest)
}

function newestOf(level: readonly FileInfo[]): FileInfo | null {
  return level.reduce<FileInfo | null>(
    (best, file) => (best === null || file.maxTXID > best.maxTXID ? file : best),
    null,
  )
}
