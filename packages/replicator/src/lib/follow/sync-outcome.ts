import type { WrittenFile } from '../database/ltx-file-writer.ts'
import type { ResyncReason, SyncPlan, WalFacts } from './plan-sync.ts'
import type { Position } from './position.ts'

export interface SyncOutcome {
  /**
   * `synced`: everything published is in local files. `busy`: SQLite or the WAL gave no footing; try again soon. `empty`: a database
   * without a page. `not-wal`: not in WAL mode (any more).
   */
  readonly kind: 'synced' | 'busy' | 'empty' | 'not-wal'
  readonly files: readonly WrittenFile[]
  readonly resync: { readonly because: ResyncReason; readonly full: boolean } | null
  /** Frames in the WAL, and in the database file, at the last look. */
  readonly frames: number
  readonly backfilled: number
  /** Frames past our position are written but not published: somebody is in the middle of something. */
  readonly unpublished: boolean
}

/** What one sync has done so far. */
export interface SyncProgress {
  readonly files: WrittenFile[]
  resync: SyncOutcome['resync']
}

export function outcomeOf(
  kind: SyncOutcome['kind'],
  facts: WalFacts,
  progress: SyncProgress,
  unpublished: boolean,
): SyncOutcome {
  const { published } = facts
  const [frames, backfilled] =
    published.kind === 'published' ? [published.frames, published.backfilled] : [0, 0]
  return { kind, files: progress.files, resync: progress.resync, frames, backfilled, unpublished }
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
