import { systemErrorCode } from '@ltx/env'
import type { SyncReport } from './follower-port.ts'

/** SQLite's name for what a checkpoint did. */
export type CheckpointMode = 'PASSIVE' | 'TRUNCATE'

export interface CheckpointCounts {
  readonly executed: number
  /** Those that a reader of the application, or a busy database, kept from moving everything. */
  readonly hindered: number
  readonly elapsedMs: number
}

/** Stored level 0 files by what the last retention pass thought of them; together all of them. */
export interface Level0Counts {
  readonly eligible: number
  readonly notCompacted: number
  readonly tooRecent: number
}

/** Counts of one database since it was added to its Store. They survive its sessions, and only grow where nothing else is said. */
export interface DatabaseCounts {
  /** Looks for something new, also those that found nothing and those that failed. */
  readonly captures: number
  readonly failedCaptures: number
  /** Spent in those that did not fail. */
  readonly captureMs: number
  /** WAL bytes that were made into local files. */
  readonly walBytes: number
  /** Where the last of them ended in the WAL, in bytes. Goes up and down. */
  readonly walOffset: number
  /** Size of the database, in bytes, as last seen. Goes up and down. */
  readonly databaseBytes: number
  /** The last look failed because the local disk, or a quota on it, is full. */
  readonly isDiskFull: boolean
  readonly checkpoints: ReadonlyMap<CheckpointMode, CheckpointCounts>
  /** Compactions after which `verifyCompaction` found the level broken. */
  readonly brokenLevels: number
  /** `null` before the first retention pass, and where level 0 is kept for ever. */
  readonly level0: Level0Counts | null
}

/** Keeps the counts of one database, and since when its replica is behind. */
export class DatabaseTally implements DatabaseCounts {
  captures = 0
  failedCaptures = 0
  captureMs = 0
  walBytes = 0
  walOffset = 0
  databaseBytes = 0
  isDiskFull = false
  readonly checkpoints: Map<CheckpointMode, CheckpointCounts> = new Map()
  brokenLevels = 0
  level0: Level0Counts | null = null
  /** Wall time at which everything local was last known to be in the replica. */
  syncedAtMs: number | null = null
  /** Wall time up to which every commit is known to be in the replica. */
  durableAtMs: number | null = null
  /** Wall time of the oldest change that is not known to be in the replica; `null`: all are. */
  behindSinceMs: number | null

  constructor(behindSinceMs: number | null = null) {
    this.behindSinceMs = behindSinceMs
  }

  captured(report: SyncReport, elapsedMs: number): void {
    this.captures++
    this.captureMs += elapsedMs
    this.databaseBytes = report.databaseBytes
    this.isDiskFull = false
    for (const file of report.files) {
      this.walBytes += file.walBytes
      this.walOffset = file.walOffset
    }
    if ('result' in report.checkpoint) this.#checkpointed(report.checkpoint)
  }

  #checkpointed(checkpoint: Extract<SyncReport['checkpoint'], { readonly result: unknown }>): void {
    const mode = checkpoint.kind === 'shrink' ? 'TRUNCATE' : 'PASSIVE'
    const before = this.checkpoints.get(mode) ?? { executed: 0, hindered: 0, elapsedMs: 0 }
    const isHindered =
      checkpoint.result.kind === 'reader' || (mode === 'TRUNCATE' && checkpoint.result.kind === 'later')
    this.checkpoints.set(mode, {
      executed: before.executed + 1,
      hindered: before.hindered + (isHindered ? 1 : 0),
      elapsedMs: before.elapsedMs + (checkpoint.elapsedMs ?? 0),
    })
  }

  captureFailed(error: unknown): void {
    this.captures++
    this.failedCaptures++
    this.isDiskFull = isDiskFull(error)
  }

  /** Everything local is in the replica. */
  synced(nowMs: number): void {
    this.syncedAtMs = nowMs
    this.durableAtMs = nowMs
    this.behindSinceMs = null
  }

  /** Something local is not in the replica; `sinceMs`: since when at least, if it was not so before. */
  behind(sinceMs: number): void {
    this.behindSinceMs ??= sinceMs
  }

  /** Something is still missing, but nothing from before `uploadedMs`. */
  caughtUpTo(uploadedMs: number): void {
    this.durableAtMs = Math.max(this.durableAtMs ?? 0, uploadedMs)
    this.behindSinceMs = uploadedMs
  }
}

const FULL: ReadonlySet<string | null> = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL'])

function isDiskFull(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (FULL.has(systemErrorCode(current))) return true
  }
  return false
}
