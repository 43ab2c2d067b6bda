import type { Env } from '@ltx/env'
import type { WalFollower } from '../follow/wal-follower.ts'
import type { CheckpointPlan } from './plan-checkpoint.ts'
import { checkpointQuietly, checkpointUnderLoad, shrinkWal, type CheckpointResult } from './run-checkpoint.ts'

/** Carries out a planned checkpoint. Under load a quiet one is tried first: often the writers pause just then. */
export async function runPlannedCheckpoint(
  env: Env,
  follower: WalFollower,
  kind: Exclude<CheckpointPlan['kind'], 'none'>,
): Promise<CheckpointResult> {
  if (kind === 'shrink') return shrinkWal(follower)
  const quiet = await checkpointQuietly(follower)
  return kind === 'quiet' || quiet.kind !== 'later' ? quiet : checkpointUnderLoad(env, follower)
}
