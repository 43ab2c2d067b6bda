import { formatTxid } from '@ltx/format'
import { listReplica, type RestoreProgress, restore, type RestoreResult } from '@ltx/restore'
import { chooseFormat, type LegacyRestoreResult, restoreLegacy } from '@ltx/restore/legacy'
import type { CommandIo } from '../program/io.ts'
import type { FoundReplica } from '../replica/find-replica.ts'
import { formatDuration } from '../text/duration.ts'
import { humanSize } from '../text/human-size.ts'
import { openRestoreProgress } from './progress-bar.ts'
import { type RestoreJob, summaryText } from './restore-job.ts'

/** Restores out of whichever of Litestream's formats has the newer data, and says so in the log, and as JSON if that is wanted. */
export async function restoreOnce(
  job: RestoreJob,
  replica: FoundReplica,
  signal: AbortSignal,
): Promise<void> {
  const { io, flags, target } = job
  const { client, env } = replica
  const startMs = env.clock.elapsedMs()
  const progress = await openRestoreProgress(io.stderr, env.clock)
  let txid = ''
  try {
    const options = {
      ...makeOptions(job, replica, signal),
      onProgress: (event: RestoreProgress) => progress.show(event),
    }
    const listing = listReplica(client, { exactTimestamps: target.kind === 'timestamp', signal })
    listing.catch(() => {}) // it is told to those who need it; meanwhile the old format is looked for
    const format = await chooseFormat(client, env, target, signal, listing)
    if (format === '0.3' && target.kind !== 'txid') {
      const result = await restoreLegacy({ ...options, target })
      progress.finish()
      reportLegacy(job, replica, result, env.clock.elapsedMs() - startMs)
    } else {
      const result = await restore({ ...options, target, listing })
      progress.finish()
      report(job, replica, result, env.clock.elapsedMs() - startMs)
      txid = formatTxid(result.txid)
    }
  } finally {
    await progress[Symbol.asyncDispose]()
  }
  if (!flags.json) return
  io.stdout.write(summaryText(job, client.type, txid, env.clock.elapsedMs() - startMs))
}

function makeOptions(
  { io, flags, outputPath, check }: RestoreJob,
  { client, env }: FoundReplica,
  signal: AbortSignal,
) {
  return {
    client,
    env,
    outputPath,
    parallelism: flags.parallelism,
    force: flags.force,
    signal,
    ...(check === 'none'
      ? {}
      : { check: (path: string, abort?: AbortSignal) => checked(check, path, io, abort) }),
  }
}

async function checked(
  check: 'quick' | 'full',
  path: string,
  io: CommandIo,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { checkDatabase } = await import('./check-database.ts') // what starts processes is loaded when one is
  await checkDatabase(check, path, io, signal)
}

function report(job: RestoreJob, replica: FoundReplica, result: RestoreResult, durationMs: number): void {
  const { logger } = replica
  for (const file of result.replaced) {
    logger.log(
      'warn',
      'a file of the replica is broken or missing; others with the same transactions were used',
      {
        level: file.level,
        'txid.min': formatTxid(file.minTXID),
        'txid.max': formatTxid(file.maxTXID),
      },
    )
  }
  logger.log('info', 'database restored', {
    path: job.output,
    replica: replica.client.url,
    txid: formatTxid(result.txid),
    'replicated-at': new Date(result.timestampMs).toISOString(),
    files: result.files.length,
    ...figures(job, result.bytes, durationMs),
  })
}

function reportLegacy(
  job: RestoreJob,
  { logger, client }: FoundReplica,
  result: LegacyRestoreResult,
  durationMs: number,
): void {
  logger.log('info', 'database restored from a replica of Litestream 0.3', {
    path: job.output,
    replica: client.url,
    generation: result.generation,
    'replicated-at': new Date(result.timestampMs).toISOString(),
    files: result.objects.length,
    ...figures(job, result.bytes, durationMs),
  })
}

function figures({ check }: RestoreJob, bytes: number, durationMs: number): Readonly<Record<string, string>> {
  return {
    size: humanSize(bytes),
    'integrity-check': check,
    duration: formatDuration(Math.round(durationMs)),
    rate: `${humanSize(Math.round(bytes / Math.max(durationMs / 1000, 0.001)))}/s`,
  }
}
