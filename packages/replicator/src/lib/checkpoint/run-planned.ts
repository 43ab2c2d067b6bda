import type { Env } from '@ltx/env'
import type { SyncOutcome } from '../follow/sync-outcome.ts'
import type { WalFollower } from '../follow/wal-follower.ts'
import type { CheckpointPlan } from './plan-checkpoint.ts'
import { checkpointQuietly, checkpointUnderLoad, shrinkWal, type CheckpointResult } from './run-checkpoint.ts'

/** Carries out a planned checkpoint after a sync. Under load a quiet one is tried first: often the writers pause just then. */
export async function runPlannedCheckpoint(
  env: Env,
  follower: WalFollower,
  synced: SyncOutcome,
  kind: Exclude<CheckpointPlan['kind'], 'none'>,
  isFlood: (frames: number, elapsedMs: number) => boolean,
): Promise<CheckpointResult> {
  if (kind === 'shrink') return shrinkWal(follower)
  const quiet = await checkpointQuietly(follower, synced)
  if (kind === 'quiet' || quiet.result.kind !== 'later') return quiet.result
  return checkpointUnderLoad(env, follower, quiet.synced, isFlood)
}
