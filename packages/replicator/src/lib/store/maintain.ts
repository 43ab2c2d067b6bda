import { SNAPSHOT_LEVEL, type CallOptions } from '@ltx/client-core'
import { previousCompactionAtMs } from '../compaction/levels.ts'
import type { Database } from '../database/database.ts'
import type { LiveDatabase } from '../database/live-database.ts'
import { isReplicatorError } from '../errors.ts'
import type { ReplicatorListener } from '../events.ts'
import type { StoreSettings } from '../settings.ts'

/** Rounds of one level in a row: a backlog is brought down file by file. */
const ROUNDS_MAX = 100

type Chore = 'compaction' | 'snapshot' | 'retention'

/** One database's turn at a level: the next file of it, or a snapshot. A failure is an event; the next turn tries again. */
export async function maintainLevel(
  database: Database,
  level: number,
  settings: StoreSettings,
  nowMs: number,
  emit: ReplicatorListener,
  options: CallOptions,
): Promise<void> {
  const live = database.live
  if (live === null || live.unknownBecause !== null) return
  if (level === SNAPSHOT_LEVEL) {
    if (!isSnapshotDue(live, settings, nowMs)) return
    await reporting('snapshot', database, emit, options, () => database.snapshot(options))
    return
  }
  await reporting('compaction', database, emit, options, () =>
    compactLevel(database, level, settings, options),
  )
}

/** What is old goes, in the replica and here. Costs nothing when there is nothing old. */
export async function retain(
  database: Database,
  emit: ReplicatorListener,
  options: CallOptions,
): Promise<void> {
  if (database.live === null || database.live.unknownBecause !== null) return
  await reporting('retention', database, emit, options, () => database.enforceRetention(options))
}

export function isSnapshotDue(live: LiveDatabase, settings: StoreSettings, nowMs: number): boolean {
  const { lastTXID } = live
  if (lastTXID === null) return false
  const newest = live.remote.newest(SNAPSHOT_LEVEL)
  const hasSecond = lastTXID > 1n
  if (newest === null) return live.confirmed !== null || !hasSecond // else the first image is about to go up as one
  if (newest.maxTXID === 1n && lastTXID === 2n) return false // the small file beside it: not worth the whole database again
  const { snapshotIntervalMs } = settings
  const isFromFuture = newest.createdAtMs > nowMs + snapshotIntervalMs // the clock was wrong then
  const isRecent = newest.createdAtMs > previousCompactionAtMs(snapshotIntervalMs, nowMs) && !isFromFuture
  return !isRecent && newest.maxTXID < lastTXID
}

async function compactLevel(
  database: Database,
  level: number,
  settings: StoreSettings,
  options: CallOptions,
): Promise<void> {
  const interval = settings.levels[level - 1]
  if (interval === undefined) return
  let intervalMs: number | null = interval.intervalMs
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const outcome = await database.compact(level, { ...options, intervalMs })
    if (outcome.kind === 'gap' || outcome.kind === 'unmergeable') {
      await database.snapshot(options) // heals the level: the next round goes on after it
    } else if (outcome.kind !== 'compacted' || !outcome.more) return
    intervalMs = null
  }
}

async function reporting(
  during: Chore,
  database: Database,
  emit: ReplicatorListener,
  options: CallOptions,
  act: () => Promise<unknown>,
): Promise<void> {
  try {
    await act()
  } catch (cause) {
    if (options.signal?.aborted === true || isReplicatorError(cause, 'REPLICATOR_CLOSED')) return // the next session has its own turn
    const error = cause instanceof Error ? cause : new Error(String(cause))
    emit({ kind: 'error', path: database.path, during, error, retryInMs: null, log: true })
  }
}
