import type { Engine, ReplicateJob } from './run-replicator.ts'
import { sweepLeftovers } from './sweep-leftovers.ts'

/** What looks at the replicas from time to time. */
export interface Verifications {
  /** Stops in the middle of it. */
  close(): Promise<void>
}

/**
 * Begins to verify the replicas, and to look for holes in their levels, where the configuration asks for it; and to remove what such
 * verifications, and restores, that were killed have left. `null` for one sync only.
 */
export async function startVerifications(job: ReplicateJob, engine: Engine): Promise<Verifications | null> {
  if (job.once !== null) return null
  const started = [await startVerifying(job, engine), await startCheckingLevels(job, engine)]
  const sweep = sweepLeftovers(engine.databases, job.env)
  const running = [sweep, ...started.filter((each) => each !== null)]
  return { close: async () => void (await Promise.all(running.map((each) => each.close()))) }
}

async function startVerifying(
  { config, env, io, logger }: ReplicateJob,
  { databases, monitoring }: Engine,
): Promise<Verifications | null> {
  const intervalMs = config.root.section('verify').duration('interval')
  if (intervalMs <= 0) return null
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

async function startCheckingLevels(
  { config, env, logger }: ReplicateJob,
  { databases }: Engine,
): Promise<Verifications | null> {
  const intervalMs = config.root.section('validation').duration('interval')
  if (intervalMs <= 0) return null
  const { LevelSchedule } = await import('../verify/level-schedule.ts')
  const schedule = new LevelSchedule({ intervalMs, databases, env, logger })
  schedule.start()
  return schedule
}
