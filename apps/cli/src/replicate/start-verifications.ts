import type { VerifySchedule } from '../verify/verify-schedule.ts'
import type { Engine, ReplicateJob } from './run-replicator.ts'

/** Begins to verify the replicas from time to time, where the configuration asks for it; `null` where it does not. */
export async function startVerifications(
  { config, env, io, logger, once }: ReplicateJob,
  { databases, monitoring }: Engine,
): Promise<VerifySchedule | null> {
  const intervalMs = config.root.section('verify').duration('interval')
  if (intervalMs <= 0 || once !== null) return null
  const { VerifySchedule } = await import('../verify/verify-schedule.ts')
  const schedule = new VerifySchedule({
    intervalMs,
    databases,
    env,
    io,
    logger,
    verified: (path, verification) => monitoring.health.verified(path, verification),
  })
  schedule.start()
  return schedule
}
