import { RestoreError } from '../errors.ts'
import { checkTarget, describeTarget, formatTime, type RestoreTarget } from '../restore-target.ts'
import { hex, type LegacyItem, type LegacySegment, type LegacySnapshot, segmentPath } from './layout.ts'

/**
 * Which state is wanted of a replica of Litestream 0.3, which knows no transaction ids. A moment is inclusive here, as in Litestream:
 * what was stored at exactly that millisecond is in it.
 */
export type LegacyTarget = Exclude<RestoreTarget, { readonly kind: 'txid' }>

/** One WAL file, in pieces. */
export interface LegacyWal {
  readonly index: number
  /** Ascending by offset; the first is at 0. Whether each continues the one before shows when they are decompressed. */
  readonly segments: readonly LegacySegment[]
}

export interface LegacyPlan {
  readonly snapshot: LegacySnapshot
  /** Ascending, without a hole. */
  readonly wals: readonly LegacyWal[]
  /** When the newest object was stored. Milliseconds since the Unix epoch. */
  readonly timestampMs: number
}

/** Whether something stored at this time may be used for the target. */
export function fitsLegacy(item: { readonly modifiedAtMs: number }, target: LegacyTarget): boolean {
  return target.kind === 'latest' || item.modifiedAtMs <= target.timestampMs
}

/**
 * Chooses what restores `target`: the newest snapshot that fits, whatever its generation, and all WAL of the same generation after it
 * (spec-core §2.9, Litestream 0.5's rule).
 *
 * @param generation Only this one, when given.
 * @throws {RestoreError} `RESTORE_NOTHING`; `RESTORE_GAP`, which names the file that is missing; `RESTORE_BAD_OPTIONS`
 */
export function planLegacy(
  items: readonly LegacyItem[],
  target: LegacyTarget,
  generation?: string,
): LegacyPlan {
  checkTarget(target)
  const eligible = items.filter((item) => generation === undefined || item.generation === generation)
  const snapshots = eligible.filter((item) => item.kind === 'snapshot')
  const snapshot = newest(snapshots.filter((item) => fitsLegacy(item, target)))
  if (snapshot === null) throw nothing(snapshots, target)
  const segments = eligible
    .filter((item) => item.kind === 'segment')
    .filter((item) => item.generation === snapshot.generation && item.index >= snapshot.index)
    .filter((item) => fitsLegacy(item, target))
    .toSorted((a, b) => a.index - b.index || a.offset - b.offset)
  const timestampMs = segments.reduce(
    (latest, { modifiedAtMs }) => Math.max(latest, modifiedAtMs),
    snapshot.modifiedAtMs,
  )
  return { snapshot, wals: walsOf(snapshot, segments, target), timestampMs }
}

function newest(snapshots: readonly LegacySnapshot[]): LegacySnapshot | null {
  const sorted = snapshots.toSorted((a, b) => a.modifiedAtMs - b.modifiedAtMs || a.index - b.index)
  return sorted.at(-1) ?? null
}

function walsOf(
  { generation, index: first }: LegacySnapshot,
  segments: readonly LegacySegment[],
  target: LegacyTarget,
): LegacyWal[] {
  const wals: { readonly index: number; readonly segments: LegacySegment[] }[] = []
  for (const segment of segments) {
    const last = wals.at(-1)
    if (last?.index === segment.index) {
      last.segments.push(segment)
      continue
    }
    const expected = last === undefined ? first : last.index + 1
    if (segment.index !== expected) throw gap(generation, expected, 0, segment, target)
    if (segment.offset !== 0) throw gap(generation, expected, 0, segment, target)
    wals.push({ index: expected, segments: [segment] })
  }
  return wals
}

/** The error for a piece that is not there although later ones are. */
export function gap(
  generation: string,
  index: number,
  offset: number,
  found: LegacySegment,
  target: LegacyTarget,
): RestoreError {
  const when = target.kind === 'latest' ? 'missing' : 'missing, or dated later than wanted,'
  return new RestoreError(
    'RESTORE_GAP',
    `cannot restore ${describeTarget(target)}: ${segmentPath(generation, index, offset)} is ${when} ` +
      `and ${found.path} (WAL ${hex(found.index)}) comes after it; ` +
      'restore an earlier moment, or find the missing file in another copy of the replica',
  )
}

function nothing(snapshots: readonly LegacySnapshot[], target: LegacyTarget): RestoreError {
  const earliest = snapshots.toSorted((a, b) => a.modifiedAtMs - b.modifiedAtMs)[0]
  const kept =
    earliest === undefined
      ? 'the replica holds no snapshot of Litestream 0.3'
      : `the earliest snapshot is of ${formatTime(earliest.modifiedAtMs)}`
  return new RestoreError('RESTORE_NOTHING', `${describeTarget(target)} is not kept: ${kept}`)
}
