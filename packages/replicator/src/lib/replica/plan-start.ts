import { SNAPSHOT_LEVEL, type FileInfo } from '@ltx/client-core'
import { formatTxid, nextTxid, toTxid, type Txid } from '@ltx/format'
import type { Identity } from './identity.ts'

export interface TxidRange {
  readonly min: Txid
  readonly max: Txid
}

export interface StartFacts {
  /** The newest local level 0 files without a hole; `null`: there are none. */
  readonly local: TxidRange | null
  /** Everything that is stored; the index is the level. */
  readonly levels: readonly (readonly FileInfo[])[]
  /** Of the newest file that both have ({@link newestCommon}); `unknown` where there is none. */
  readonly identity: Identity
}

interface Planned {
  /** For the log: what was found and what follows. */
  readonly because: string
}

export type StartPlan =
  /** Nothing anywhere: the first image is TXID 1. */
  | (Planned & { readonly kind: 'first' })
  /** The local files are ahead of the replica or level with it. Those after `uploadAfter` go up; then comes `next`. */
  | (Planned & { readonly kind: 'continue'; readonly next: Txid; readonly uploadAfter: Txid | null })
  /**
   * The stored files up to `base` are the truth from now on: the local ones are dropped, and `next` brings the replica from there to
   * the database as it is. `needsSnapshot`: what is stored restores nowhere near `base` by itself.
   */
  | (Planned & {
      readonly kind: 'rebase'
      readonly base: Txid
      readonly next: Txid
      readonly needsSnapshot: boolean
      /** What is stored is more than, or other than, what this database's own replicator has left behind: somebody else may be at work there. */
      readonly isOthers: boolean
    })
  /**
   * What is stored is no base for the local files. They go on, but nothing restores until there is a snapshot of `snapshotFrom` or
   * later: it is uploaded first, then the files after `uploadAfter`, then comes `next`.
   */
  | (Planned & {
      readonly kind: 'republish'
      readonly snapshotFrom: Txid
      readonly uploadAfter: Txid
      readonly next: Txid
    })

/**
 * How a process that starts goes on, from what is on the local disk and what is stored. Nothing stored is ever overwritten, and no TXID
 * is used twice, so that every file means one state for ever.
 *
 * @see engine.md §8; litestream `checkDatabaseBehindReplica` (spec-core §3.4), litestream#781
 */
export function planStart(facts: StartFacts): StartPlan {
  const { local, levels } = facts
  const remoteMax = maxOf(levels.flat())
  if (local === null) {
    if (remoteMax === null) return { kind: 'first', because: 'nothing is stored and nothing is local' }
    return rebase(facts, remoteMax, 'there are no local files')
  }
  if (remoteMax === null) return nothingStored(local)

  const common = newestCommon(local, levels)
  const identity =
    common?.level === SNAPSHOT_LEVEL && facts.identity === 'different' ? 'unknown' : facts.identity
  const same = identity === 'same' ? (common?.maxTXID ?? null) : null
  if (identity === 'different') {
    return rebase(facts, remoteMax, `stored file ${hex(common?.maxTXID)} is not the local one`, true)
  }
  if (remoteMax > local.max) {
    const because = `the replica is ahead (${hex(remoteMax)}, local ${hex(local.max)})`
    return rebase(facts, remoteMax, because, true)
  }
  if (same === null) {
    if (remoteMax === local.max) {
      return rebase(facts, remoteMax, `nothing proves that the local files are the stored ones`)
    }
    return republish(local, null, `nothing proves that the local files continue the stored ones`)
  }
  const ahead = maxOf(levels.slice(1).flat()) // made of stored files, snapshots after they were: ours are stored up to `same`
  if (ahead !== null && ahead > same) {
    const because = `another process has stored up to ${hex(ahead)}, local are ${hex(same)}`
    return rebase(facts, remoteMax, because, true)
  }
  if (reach(levels) < remoteMax) {
    if (local.min === 1n && reach(levels) === 0n) {
      const because = 'the first image is not stored yet, and the local files begin with it'
      return { kind: 'continue', next: nextTxid(local.max), uploadAfter: null, because }
    }
    return republish(
      local,
      same,
      `what is stored restores only up to ${hex(reach(levels))} of ${hex(remoteMax)}`,
    )
  }
  return {
    kind: 'continue',
    next: nextTxid(local.max),
    uploadAfter: same,
    because: same === local.max ? 'the replica has everything' : `the replica has up to ${hex(same)}`,
  }
}

/**
 * The newest file that is there on both sides; `null`: none is. Snapshots are other files than the local ones, except the very first
 * image, which may have gone up as one: where level 0 has none in common, that one is taken. (If it differs, that proves nothing.)
 */
export function newestCommon(local: TxidRange, levels: readonly (readonly FileInfo[])[]): FileInfo | null {
  const single = (files: readonly FileInfo[] = []): FileInfo[] =>
    files.filter(
      ({ minTXID, maxTXID }) => minTXID === maxTXID && maxTXID >= local.min && maxTXID <= local.max,
    )
  return single(levels[0]).at(-1) ?? single(levels[SNAPSHOT_LEVEL]).find(isFirstImage) ?? null
}

/**
 * The first image that went up beside the small file 2; `null`: `common` is another file, or the image is not stored, or not only in this
 * way. The small file has a page or two and a time: another database that began in the same moment can have the same.
 *
 * @see docs/decisions/0016-image-once.md
 */
export function imageBeside(common: FileInfo, levels: readonly (readonly FileInfo[])[]): FileInfo | null {
  if (common.level !== 0 || common.maxTXID !== 2n || levels[0]?.some(isFirstImage) === true) return null
  return levels[SNAPSHOT_LEVEL]?.find(isFirstImage) ?? null
}

function isFirstImage({ maxTXID }: FileInfo): boolean {
  return maxTXID === 1n
}

function nothingStored(local: TxidRange): StartPlan {
  if (local.min === 1n) {
    const because = 'nothing is stored yet, and the local files begin with a whole image'
    return { kind: 'continue', next: nextTxid(local.max), uploadAfter: null, because }
  }
  return republish(local, null, 'nothing is stored any more')
}

function republish(local: TxidRange, same: Txid | null, because: string): StartPlan {
  // without a proven predecessor the newest local file alone follows the snapshot: level 0 is never empty (INTEROP-1)
  const uploadAfter = same ?? toTxid(local.max - 1n)
  return { kind: 'republish', snapshotFrom: local.max, uploadAfter, next: nextTxid(local.max), because }
}

function rebase(facts: StartFacts, base: Txid, because: string, isOthers: boolean = false): StartPlan {
  const needsSnapshot = reach(facts.levels) < base
  return { kind: 'rebase', base, next: nextTxid(base), needsSnapshot, isOthers, because }
}

/** The last transaction that the stored files restore; 0: none. */
function reach(levels: readonly (readonly FileInfo[])[]): bigint {
  const ordered = levels
    .flat()
    .toSorted((a, b) => (a.minTXID < b.minTXID ? -1 : a.minTXID > b.minTXID ? 1 : 0))
  let end = 0n
  for (const file of ordered) {
    if (file.minTXID > end + 1n) break
    if (file.level === SNAPSHOT_LEVEL && file.minTXID !== 1n) continue
    if (file.maxTXID > end) end = file.maxTXID
  }
  return end
}

function maxOf(files: readonly FileInfo[]): Txid | null {
  return files.reduce<Txid | null>(
    (max, { maxTXID }) => (max === null || maxTXID > max ? maxTXID : max),
    null,
  )
}

function hex(txid: bigint | undefined): string {
  return formatTxid(txid ?? 0n)
}
