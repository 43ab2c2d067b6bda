import type { WrittenFile } from '../database/ltx-file-writer.ts'
import type { ResyncReason, SyncPlan, WalFacts } from './plan-sync.ts'
import type { Position } from './position.ts'

/** The whole database was compared. */
export interface Resync {
  readonly because: ResyncReason
  /** There was nothing to compare with. */
  readonly full: boolean
  /** Next to nothing was the same: what it was compared with is another database's. */
  readonly isAnother?: true
}

export interface SyncOutcome {
  /**
   * `synced`: everything published is in local files. `busy`: SQLite or the WAL gave no footing; try again soon. `empty`: a database
   * without a page. `not-wal`: not in WAL mode (any more).
   */
  readonly kind: 'synced' | 'busy' | 'empty' | 'not-wal'
  readonly files: readonly WrittenFile[]
  readonly resync: Resync | null
  /**
   * The kind is `busy`, and the reason is not one that passes: a database this large has to be compared, or is lost while it is. See
   * `slideResync`.
   */
  readonly scanDue: ResyncReason | null
  /** Frames in the WAL, and in the database file, at the last look. */
  readonly frames: number
  readonly backfilled: number
  /** Frames past our position are written but not published: somebody is in the middle of something. */
  readonly unpublished: boolean
  /** Somebody's checkpoint is moving pages: until it has told so, our pin may be in its way. */
  readonly backfilling: boolean
}

/** What one sync has done so far. */
export interface SyncProgress {
  readonly files: WrittenFile[]
  /** However large the database is, a comparison reads it at once and under one pin. */
  readonly inOneGo: boolean
  resync: SyncOutcome['resync']
  scanDue: ResyncReason | null
}

export function noProgress(inOneGo: boolean = false): SyncProgress {
  return { files: [], inOneGo, resync: null, scanDue: null }
}

export function outcomeOf(
  kind: SyncOutcome['kind'],
  /** The last look; `null`: it told nothing about frames. */
  facts: Pick<WalFacts, 'published'> | null,
  progress: SyncProgress,
  unpublished: boolean,
  backfilling: boolean = false,
): SyncOutcome {
  const published = facts?.published
  const [frames, backfilled] =
    published?.kind === 'published' ? [published.frames, published.backfilled] : [0, 0]
  const { files, resync, scanDue } = progress
  return { kind, files, resync, scanDue, frames, backfilled, unpublished, backfilling }
}

/** Nothing was new, but something is about to be that makes no event. */
export function isWorthAnotherLook(outcome: SyncOutcome): boolean {
  return (
    outcome.kind === 'synced' && outcome.files.length === 0 && (outcome.unpublished || outcome.backfilling)
  )
}

/**
 * Equal for two looks that met the same obstacle; empty when there is nothing to compare. A foreign frame where ours was, below what is
 * published, is the same obstacle however many frames follow it.
 */
export function signatureOf(plan: SyncPlan, facts: WalFacts, position: Position | null): string {
  if (plan.kind === 'no-answer' || facts.published.kind !== 'published') return ''
  const { header, frameBefore, published } = facts
  const offset = position?.wal?.offset ?? Number.POSITIVE_INFINITY
  const isPastOurs = header !== null && 32 + published.frames * (24 + header.pageSize) >= offset
  const frames = isPastOurs && frameBefore !== null ? null : published.frames
  return JSON.stringify([header?.salt1, header?.salt2, header?.checksum, frameBefore, frames])
}
