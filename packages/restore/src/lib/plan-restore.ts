import { type FileInfo, SNAPSHOT_LEVEL } from '@ltx/client-core'
import { formatTxid, type Txid } from '@ltx/format'
import { chainEnd, furthestChain, restorableTxids } from './chain.ts'
import { RestoreError, type RestoreErrorCode } from './errors.ts'
import { fileLabel } from './file-label.ts'
import { checkTarget, describeTarget, formatTime, type RestoreTarget } from './restore-target.ts'

/** The files that make up a state of the database. */
export interface RestorePlan {
  /** Oldest first; each continues the one before it. */
  readonly files: FileInfo[]
  /** Of the first file: always 1. */
  readonly minTXID: Txid
  /** The transaction that is restored. */
  readonly maxTXID: Txid
}

/** What is there, by level (0 to 9). An array's index is the level. */
export type ReplicaListing = ReadonlyMap<number, readonly FileInfo[]> | readonly (readonly FileInfo[])[]

const NONE: ReadonlySet<string> = new Set()

/**
 * Chooses the files that restore `target`: Litestream's choice (spec-core §2.1), see {@link furthestChain}. A timestamp takes only files
 * dated strictly before it. Where files that the target wants lie beyond missing transactions this is an error, for every kind of
 * target: Litestream hands out the older state for a timestamp (spec-core §9.1).
 *
 * A timestamp inside the span of a compacted file, whose sources are gone, gives the state before that file: this is the resolution
 * that retention leaves, not a hole.
 *
 * @param excluded Labels (`fileLabel`) of files that are known to be broken. A plan without them must reach as far as one with them
 * would, else `RESTORE_CORRUPT`: nobody gets an older state than asked for without being told.
 * @throws {RestoreError} `RESTORE_NOTHING`, `RESTORE_GAP`, `RESTORE_TXID_NOT_AVAILABLE`, `RESTORE_CORRUPT`, `RESTORE_BAD_OPTIONS`
 */
export function planRestore(
  levels: ReplicaListing,
  target: RestoreTarget,
  excluded: ReadonlySet<string> = NONE,
): RestorePlan {
  checkTarget(target)
  const files = [...levels.values()].flat()
  const chain = chainFor(files, target)
  if (excluded.size === 0) return planOf(chain)
  const sound = files.filter((file) => !excluded.has(fileLabel(file)))
  const soundChain = furthestChain(sound.filter((file) => fits(file, target)))
  if (chainEnd(soundChain) < chainEnd(chain)) throw needsExcluded(sound, chain, excluded, target)
  return planOf(soundChain)
}

function planOf(chain: FileInfo[]): RestorePlan {
  const first = chain[0]
  const last = chain.at(-1)
  if (first === undefined || last === undefined) throw new Error('invariant broken: a plan has files')
  return { files: chain, minTXID: first.minTXID, maxTXID: last.maxTXID }
}

/** Whether a file may be part of a plan at all. */
function fits(file: FileInfo, target: RestoreTarget): boolean {
  switch (target.kind) {
    case 'latest':
      return true
    case 'txid':
      return file.maxTXID <= target.txid
    case 'timestamp':
      return file.createdAtMs < target.timestampMs
  }
}

function chainFor(files: readonly FileInfo[], target: RestoreTarget): FileInfo[] {
  if (files.length === 0) throw new RestoreError('RESTORE_NOTHING', 'the replica holds no files')
  if (isBeforeFirstImage(files)) {
    const message =
      'the first image of the database has not been uploaded whole: there is nothing to restore yet'
    throw new RestoreError('RESTORE_NOTHING', message)
  }
  const fitting = files.filter((file) => fits(file, target))
  const chain = furthestChain(fitting)
  switch (target.kind) {
    case 'latest':
      checkNothingBeyond(files, fitting, chainEnd(chain), target)
      return chain
    case 'txid':
      if (chainEnd(chain) !== target.txid) throw txidError(files, target)
      return chain
    case 'timestamp':
      checkTimestampChain(files, fitting, chain, target)
      return chain
  }
}

/** A first replication begins with the small file that stays beside the first image (docs/decisions/0016-image-once.md). */
function isBeforeFirstImage(files: readonly FileInfo[]): boolean {
  const [only] = files
  return files.length === 1 && only?.level === 0 && only.minTXID === 2n && only.maxTXID === 2n
}

type TimestampTarget = Extract<RestoreTarget, { kind: 'timestamp' }>
type TxidTarget = Extract<RestoreTarget, { kind: 'txid' }>

function checkTimestampChain(
  files: readonly FileInfo[],
  fitting: readonly FileInfo[],
  chain: readonly FileInfo[],
  target: TimestampTarget,
): void {
  // A later snapshot cannot heal a hole in the history, but a later compaction shows that there is none: it holds the transactions that
  // seem to be missing, only not apart from newer ones.
  const bridging = files.filter((file) => file.level !== SNAPSHOT_LEVEL || fits(file, target))
  const end = chainEnd(chain)
  const bridgedEnd = chainEnd(furthestChain(bridging))
  if (end === 0n && (fitting.length === 0 || chainEnd(furthestChain(files)) > 0n)) {
    throw new RestoreError('RESTORE_NOTHING', `${describeTarget(target)} is not kept: ${earliestKept(files)}`)
  }
  checkNothingBeyond(files, fitting, bridgedEnd > end ? bridgedEnd : end, target)
}

function earliestKept(files: readonly FileInfo[]): string {
  const full = files.filter((file) => file.minTXID === 1n)
  const first = full.toSorted((a, b) => a.createdAtMs - b.createdAtMs)[0]
  if (first === undefined) return 'no file of the replica holds a whole database'
  return `the earliest one that can be restored is transaction ${formatTxid(first.maxTXID)} of ${formatTime(first.createdAtMs)}`
}

/** @throws {RestoreError} `RESTORE_GAP` if one of `wanted` begins after the transaction that follows `end` */
function checkNothingBeyond(
  files: readonly FileInfo[],
  wanted: readonly FileInfo[],
  end: bigint,
  target: RestoreTarget,
): void {
  if (wanted.some((file) => file.minTXID > end + 1n)) throw gapError(files, end, target)
}

function gapError(files: readonly FileInfo[], end: bigint, target: RestoreTarget): RestoreError {
  const beyond = files.filter((file) => file.minTXID > end + 1n)
  const start = beyond.reduce(
    (least, file) => (file.minTXID < least ? file.minTXID : least),
    beyond[0]?.minTXID ?? end,
  )
  const before = files.filter((file) => file.maxTXID === end)
  const after = files.filter((file) => file.minTXID === start)
  const missing = `${formatTxid(end + 1n)} to ${formatTxid(start - 1n)}`
  const from =
    end === 0n ? 'no file starts at transaction 1' : `files reach ${formatTxid(end)} (${levelsOf(before)})`
  return nearestError(
    'RESTORE_GAP',
    `cannot restore ${describeTarget(target)}: transactions ${missing} are missing: ${from}, ` +
      `the next ones start at ${formatTxid(start)} (${levelsOf(after)})`,
    files,
    end + 1n,
  )
}

function levelsOf(files: readonly FileInfo[]): string {
  const levels = [...new Set(files.map((file) => file.level))].toSorted((a, b) => a - b)
  return `level ${levels.join(', ')}`
}

function txidError(files: readonly FileInfo[], target: TxidTarget): RestoreError {
  const end = chainEnd(furthestChain(files))
  const hasIt = files.some((file) => file.maxTXID >= target.txid)
  if (hasIt && target.txid > end) return gapError(files, end, target)
  const reason = hasIt
    ? 'it is kept only together with other transactions, or not at all any more'
    : 'the replica ends before it'
  return nearestError(
    'RESTORE_TXID_NOT_AVAILABLE',
    `transaction ${formatTxid(target.txid)} cannot be restored: ${reason}`,
    files,
    target.txid,
  )
}

function needsExcluded(
  sound: readonly FileInfo[],
  chain: readonly FileInfo[],
  excluded: ReadonlySet<string>,
  target: RestoreTarget,
): RestoreError {
  const broken = chain.map(fileLabel).filter((label) => excluded.has(label))
  return nearestError(
    'RESTORE_CORRUPT',
    `${describeTarget(target)} cannot be restored without ${broken.join(', ')}, which cannot be used, and no other files cover it`,
    sound,
    chainEnd(chain),
  )
}

/** An error that names the restorable transactions nearest to `wanted`. */
function nearestError(
  code: RestoreErrorCode,
  message: string,
  files: readonly FileInfo[],
  wanted: bigint,
): RestoreError {
  const all = restorableTxids(files)
  const below = all.findLast((txid) => txid < wanted) ?? null
  const above = all.find((txid) => txid > wanted) ?? null
  const nearest = [
    below === null
      ? 'nothing before it can be restored'
      : `the nearest restorable one below is ${formatTxid(below)}`,
    above === null ? 'nothing after it can' : `above ${formatTxid(above)}`,
  ]
  return new RestoreError(code, `${message}; ${nearest.join(', ')}`, { below, above })
}
