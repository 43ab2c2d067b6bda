import { SNAPSHOT_LEVEL, type FileInfo } from '@ltx/client-core'
import { toTxid, type Txid } from '@ltx/format'
import { previousCompactionAtMs } from './levels.ts'

/** How much goes into one file. A single source above a limit is taken alone. */
export interface FanInLimits {
  readonly filesMax: number
  /** Compressed bytes of all sources together. */
  readonly bytesMax: number
  /** So many sources are merged as streams. Of more, the merge holds bytes in memory. */
  readonly streamsMax: number
  /** Compressed bytes of all sources together, where there are more than `streamsMax` of them. */
  readonly heldBytesMax: number
}

/** A backlog of days becomes several files, each of which is uploaded and safe before the next one begins. */
export const FAN_IN_LIMITS: FanInLimits = {
  filesMax: 1000,
  bytesMax: 1024 ** 3,
  streamsMax: 64, // as in @ltx/compactor
  heldBytesMax: 64 * 1024 ** 2,
}

export interface CompactionFacts {
  /** Files of the level that is to be made, ascending. */
  readonly destination: readonly FileInfo[]
  /** Files of the level below, ascending. */
  readonly source: readonly FileInfo[]
  /** Files of level 9: a hole that one of them spans is no hole for a restore. */
  readonly snapshots: readonly FileInfo[]
  readonly nowMs: number
  /** How often the level is made; `null`: now, whatever the clock says. */
  readonly intervalMs: number | null
  readonly limits: FanInLimits
  /** Leaves out everything up to this transaction: sources that cannot be read, which a snapshot has made superfluous. */
  readonly startAfter?: Txid | undefined
}

export type CompactionPlan =
  | { readonly kind: 'too-early'; readonly dueAtMs: number }
  /** No transaction below that the level does not have. */
  | { readonly kind: 'nothing' }
  /**
   * Oldest first, each continues the one before. The file to make holds `minTXID` to `maxTXID`, also where the first input begins
   * earlier. `more`: another plan can follow at once. `jumpedFrom`: the level's hole after this transaction is spanned by a snapshot.
   */
  | {
      readonly kind: 'merge'
      readonly inputs: readonly FileInfo[]
      readonly minTXID: Txid
      readonly maxTXID: Txid
      readonly more: boolean
      readonly jumpedFrom: Txid | null
    }
  /** Transactions `first` to `last` are in no file that could be merged. A snapshot at `last` or later heals the level. */
  | { readonly kind: 'gap'; readonly first: Txid; readonly last: Txid }

/**
 * Which files of the level below become the next file of a level.
 *
 * The level continues exactly where it ends, because Litestream looks for files that begin there. Sources are taken whole: one that
 * begins before the level's end adds pages that the later pages of the same file replace anyway, and the new file is named from the
 * level's end. Sources that add nothing are left out, since a merge refuses them.
 *
 * @see litestream `Compactor.Compact`, `Store.CompactDB`; spec-core §4.4, §5.1, §5.4
 */
export function planCompaction(facts: CompactionFacts): CompactionPlan {
  const { destination, source, intervalMs, nowMs } = facts
  const newest = destination.reduce<FileInfo | null>(later, null)
  if (newest !== null && intervalMs !== null) {
    const previousAtMs = previousCompactionAtMs(intervalMs, nowMs)
    const isFromFuture = newest.createdAtMs > nowMs + intervalMs // the clock was wrong then: that must not stop us until it is right
    if (newest.createdAtMs > previousAtMs && !isFromFuture)
      return { kind: 'too-early', dueAtMs: previousAtMs + intervalMs }
  }

  const end = newest?.maxTXID ?? 0n
  const wanted = facts.startAfter !== undefined && facts.startAfter > end ? facts.startAfter : end
  const unread = source.filter((file) => file.maxTXID > wanted)
  const first = unread[0]
  if (first === undefined) return { kind: 'nothing' }

  // an empty level may begin anywhere: it never promised what comes before
  const continues = wanted !== 0n && first.minTXID <= wanted + 1n
  const start = continues ? wanted : first.minTXID - 1n
  const jumps = start > end && wanted !== 0n
  if (jumps && !spanned(facts.snapshots, start)) {
    return { kind: 'gap', first: toTxid(end + 1n), last: toTxid(start) }
  }
  if (newest === null && repeatsSnapshot(unread, facts.snapshots)) return { kind: 'nothing' }
  return merge(unread, toTxid(start + 1n), facts.limits, jumps && newest !== null ? newest.maxTXID : null)
}

/**
 * A level that is empty would begin with a copy of one whole image that a snapshot holds as well, or of the one file that went up beside
 * the first image: it begins when there is more. An idle database is not copied once per level.
 */
function repeatsSnapshot(unread: readonly FileInfo[], snapshots: readonly FileInfo[]): boolean {
  const [only] = unread
  if (only === undefined || unread.length > 1) return false
  return only.minTXID === 1n ? spanned(snapshots, only.maxTXID) : only.maxTXID === 2n
}

function merge(
  unread: readonly FileInfo[],
  minTXID: Txid,
  limits: FanInLimits,
  jumpedFrom: Txid | null,
): CompactionPlan {
  const inputs: FileInfo[] = []
  let bytes = 0
  let end = minTXID - 1n
  let index = 0
  for (;;) {
    let furthest: FileInfo | null = null
    for (let file = unread[index]; file !== undefined && file.minTXID <= end + 1n; file = unread[++index]) {
      furthest = later(furthest, file)
    }
    if (furthest === null || furthest.maxTXID <= end) break
    if (inputs.length > 0 && isFull(inputs.length, bytes + furthest.size, limits)) {
      return { kind: 'merge', inputs, minTXID, maxTXID: toTxid(end), more: true, jumpedFrom }
    }
    inputs.push(furthest)
    bytes += furthest.size
    end = furthest.maxTXID
  }
  return { kind: 'merge', inputs, minTXID, maxTXID: toTxid(end), more: index < unread.length, jumpedFrom }
}

/** Whether a source more, which makes it `bytes`, is one too many. */
function isFull(files: number, bytes: number, limits: FanInLimits): boolean {
  if (files >= limits.filesMax || bytes > limits.bytesMax) return true
  return files >= limits.streamsMax && bytes > limits.heldBytesMax
}

function later(best: FileInfo | null, file: FileInfo): FileInfo {
  return best === null || file.maxTXID > best.maxTXID ? file : best
}

function spanned(snapshots: readonly FileInfo[], upTo: bigint): boolean {
  return snapshots.some(
    (file) => file.level === SNAPSHOT_LEVEL && file.minTXID === 1n && file.maxTXID >= upTo,
  )
}
