import type { Logger } from '@ltx/env'
import { formatTxid } from '@ltx/format'
import { follow, type FollowEvent } from '@ltx/restore/follow'
import type { FoundReplica } from '../replica/find-replica.ts'
import { formatDuration } from '../text/duration.ts'
import { checkDatabase } from './check-database.ts'
import { openRestoreProgress } from './progress-bar.ts'
import { type RestoreJob, summaryText } from './restore-job.ts'

/** Keeps the output up to date until it is interrupted. */
export async function followReplica(
  job: RestoreJob,
  replica: FoundReplica,
  signal: AbortSignal,
): Promise<void> {
  const { io, flags, output, outputPath, check } = job
  const { client, env, logger } = replica
  const startMs = env.clock.elapsedMs()
  const { lockDatabase } = await import('./lock-database.ts')
  await using progress = await openRestoreProgress(io.stderr, env.clock)
  const { txid } = await follow({
    client,
    env,
    outputPath,
    lock: lockDatabase,
    intervalMs: flags['follow-interval'],
    force: flags.force,
    parallelism: flags.parallelism,
    check: check === 'none' ? undefined : (path, abort) => checkDatabase(check, path, io, abort),
    signal,
    onProgress: (event) => progress.show(event),
    onEvent(event) {
      progress.finish()
      logFollowEvent(logger, output, event)
    },
  })
  logger.log('info', 'stopped following the replica', { path: output, txid: formatTxid(txid) })
  if (flags.json) io.stdout.write(summaryText(job, client.type, '', env.clock.elapsedMs() - startMs))
}

/** One line for each thing that happens. */
export function logFollowEvent(logger: Logger, path: string, event: FollowEvent): void {
  switch (event.kind) {
    case 'restored':
      return logger.log('info', 'database restored, following its replica', {
        path,
        txid: formatTxid(event.txid),
        'replicated-at': new Date(event.result.timestampMs).toISOString(),
      })
    case 'resumed':
      return logger.log('info', 'following the replica again', { path, txid: formatTxid(event.txid) })
    case 'applied':
      return logger.log('debug', 'transactions applied', {
        path,
        ...appliedFields(event),
        files: event.files,
      })
    case 'rebased':
      return logger.log('warn', 'copy made equal to the newest state as a whole', {
        path,
        reason: REASONS[event.reason],
        ...appliedFields(event),
      })
    case 'waiting':
      return logger.log('warn', 'readers keep the database busy, waiting to update it', {
        path,
        waited: formatDuration(Math.round(event.waitedMs)),
      })
    case 'failed':
      return logger.log('error', 'cannot follow the replica, trying again', {
        path,
        error: event.error instanceof Error ? event.error : new Error(String(event.error)),
        consecutive_errors: event.consecutiveErrors,
        retry: formatDuration(Math.round(event.retryMs)),
      })
  }
}

type Rebased = Extract<FollowEvent, { readonly kind: 'rebased' }>

const REASONS: Readonly<Record<Rebased['reason'], string>> = {
  pruned: 'the transactions after it are not kept any more',
  behind: 'the replica ends before its transaction: it was begun anew',
  changed: 'something else has written to it, or made it',
  'page-size': 'the database has another page size now',
  broken: 'a file of the replica cannot be used',
}

function appliedFields(event: Omit<Extract<FollowEvent, { readonly kind: 'applied' }>, 'kind' | 'files'>) {
  return {
    from: formatTxid(event.fromTXID),
    txid: formatTxid(event.txid),
    pages: event.pages,
    lag: formatDuration(Math.round(event.lagMs)),
    duration: formatDuration(Math.round(event.durationMs)),
  }
}
