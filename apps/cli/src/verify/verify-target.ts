import { resolve } from 'node:path'
import type { FoundReplica } from '../replica/find-replica.ts'
import { openRestoreProgress } from '../restore/progress-bar.ts'
import type { CommandIo } from '../program/io.ts'
import type { VerifySubject } from './report-text.ts'
import type { VerifyReport } from './verify-job.ts'
import { verifyReplica } from './verify-replica.ts'

/** What the flags of the command say. */
export interface VerifyFlags {
  readonly all: boolean
  /** Empty: nothing was said. */
  readonly dir: string
  readonly parallelism: number
}

export interface Verified {
  readonly report: VerifyReport
  readonly subject: VerifySubject
  readonly durationMs: number
}

/** Verifies what the command line named, with a bar on a terminal. What was stored before is known by the local state. */
export async function verifyTarget(
  { client, env, databasePath, metaPath }: Pick<FoundReplica, 'client' | 'env' | 'databasePath' | 'metaPath'>,
  flags: VerifyFlags,
  io: CommandIo,
  signal: AbortSignal,
): Promise<Verified> {
  const startMs = env.clock.elapsedMs()
  await using progress = await openRestoreProgress(io.stderr, env.clock)
  const { readConfirmed } = await import('@ltx/replicator')
  const report = await verifyReplica({
    client,
    env,
    io,
    metaPath,
    confirmed: metaPath === null ? null : readConfirmed(env, metaPath),
    directory: flags.dir === '' ? null : resolve(io.workingDirectory, flags.dir),
    all: flags.all,
    parallelism: flags.parallelism,
    niceness: 0,
    onProgress: (event) => progress.show(event),
    signal,
  })
  const durationMs = env.clock.elapsedMs() - startMs
  return { report, subject: { replica: client.url, databasePath }, durationMs }
}
