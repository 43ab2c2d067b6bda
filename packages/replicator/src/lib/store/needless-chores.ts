import { SNAPSHOT_LEVEL } from '@ltx/client-core'
import { FAN_IN_LIMITS, planCompaction } from '../compaction/plan-compaction.ts'
import type { Database } from '../database/database.ts'
import type { LiveDatabase } from '../database/live-database.ts'
import { countLevel0 } from '../retention/count-level-0.ts'
import { planRetention } from '../retention/plan-retention.ts'
import type { StoreSettings } from '../settings.ts'
import { isSnapshotDue } from './maintain.ts'

/** A chore that comes by time: a level to make (9: a snapshot), or what is old to delete. */
export type Chore = { readonly kind: 'level'; readonly level: number } | { readonly kind: 'retention' }

/**
 * True when a sleeping database has nothing to do for a chore, so that it needs no turn: of thousands nearly all have not. Says nothing of
 * one that is awake: its chores also look after what is local.
 */
export function isNeedless(
  database: Pick<Database, 'live' | 'status'>,
  chore: Chore,
  settings: StoreSettings,
  nowMs: number,
): boolean {
  const { live } = database
  if (live === null || !live.isAsleep || live.unknownBecause !== null) return false
  if (chore.kind === 'retention') return nothingIsOld(live, database, settings, nowMs)
  if (chore.level === SNAPSHOT_LEVEL) return !isSnapshotDue(live, settings, nowMs)
  const plan = planCompaction({
    destination: live.remote.level(chore.level),
    source: live.remote.level(chore.level - 1),
    snapshots: live.remote.level(SNAPSHOT_LEVEL),
    nowMs,
    intervalMs: null,
    limits: FAN_IN_LIMITS,
  })
  return plan.kind === 'nothing'
}

/** Also nothing to count anew, for those who look at the numbers. */
function nothingIsOld(
  { remote }: LiveDatabase,
  database: Pick<Database, 'status'>,
  settings: StoreSettings,
  nowMs: number,
): boolean {
  const facts = { ...settings, levels: remote.levels, nowMs }
  if (planRetention(facts).remove.length > 0) return false
  const counted = database.status().counts.level0
  const now = countLevel0(facts, 0)
  if (now === null || counted === null) return now === counted
  return (
    now.eligible === counted.eligible &&
    now.notCompacted === counted.notCompacted &&
    now.tooRecent === counted.tooRecent
  )
}
