import { resolve } from 'node:path'
import { checkTimeBounds, listReplica, type RestoreTarget } from '@ltx/restore'
import { listLegacy } from '@ltx/restore/legacy'
import { isReplicaUrl } from '../config/expand-path.ts'
import { fileBytes } from '../local/local-state.ts'
import { atMost, defineCommand, type Command } from '../program/command.ts'
import { CommandError } from '../program/errors.ts'
import { interruptible } from '../program/interruptible.ts'
import { exitCodeOf } from '../program/io.ts'
import { findReplica, type FoundReplica } from '../replica/find-replica.ts'
import { explainRestoreError, isReplicaEmpty } from '../restore/explain-error.ts'
import { planText } from '../restore/plan-text.ts'
import type { RestoreJob } from '../restore/restore-job.ts'
import { restoreOnce } from '../restore/restore-once.ts'
import { redactUrl } from '../text/redact-url.ts'
import { parseIntegrityCheck, RESTORE_FLAGS, restoreTarget } from './restore-flags.ts'

export const restoreCommand: Command = defineCommand({
  forms: ['[flags] DB_PATH', '[flags] -o PATH REPLICA_URL'],
  about: `Writes a database back from its replica: of a database in the configuration file, or at a URL. The output appears whole
under its name, or not at all; an existing one is left alone unless -force is given.`,
  flags: RESTORE_FLAGS,
  examples: [
    '/path/to/app.db',
    '-o copy.db -timestamp 2026-01-02T15:04:05Z s3://bucket/path',
    '-f -o copy.db s3://bucket/path',
  ],
  durations: ['follow-interval'],
  async run({ flags, positionals, io }) {
    const [argument = ''] = positionals
    const hint = `${io.programName} restore -o /path/to/db`
    if (argument === '') {
      throw new CommandError('database path or replica URL required', {
        hint: `${hint} s3://bucket/prefix`,
      })
    }
    atMost(positionals, 1)
    const check = parseIntegrityCheck(flags['integrity-check'])
    const target = restoreTarget(flags.txid, flags.timestamp)
    if (flags.f) checkFollow(target, flags['dry-run'])
    if (isReplicaUrl(argument) && flags.o === '') {
      const typed = redactUrl(argument)
      throw new CommandError('-o is required when restoring from a replica URL', { hint: `${hint} ${typed}` })
    }
    await using replica = await findReplica(argument, flags, io, flags.json || flags['dry-run'])
    const output = flags.o === '' ? (replica.databasePath ?? '') : flags.o
    const outputPath = resolve(io.workingDirectory, output)
    return await runJob({ argument, output, outputPath, target, check, flags, io }, replica)
  },
})

function checkFollow(target: RestoreTarget, isDryRun: boolean): void {
  if (target.kind !== 'latest') throw new CommandError('cannot use -f with -txid or -timestamp')
  if (isDryRun) throw new CommandError('cannot use -f with -dry-run')
}

async function runJob(job: RestoreJob, replica: FoundReplica): Promise<number> {
  const { flags, output, outputPath, io } = job
  const { logger } = replica
  if (flags['if-db-not-exists'] && (await fileBytes(outputPath)) !== null) {
    logger.log('info', 'database already exists, skipping', { path: output })
    return 0
  }
  const outcome = await interruptible(io, async (signal) => {
    try {
      if (flags['dry-run']) await dryRun(job, replica, signal)
      else if (flags.f) await followed(job, replica, signal)
      else {
        await checkBounds(job, replica, signal)
        await restoreOnce(job, replica, signal)
      }
      return 0
    } catch (error) {
      signal.throwIfAborted()
      if (flags['if-replica-exists'] && (await isReplicaEmpty(error, replica.client, signal))) {
        logger.log('info', 'no backup found, skipping', { replica: replica.client.url })
        return 0
      }
      const { explainLegacyOnly } = await import('../restore/legacy-only.ts')
      const explained = await explainLegacyOnly(
        error,
        { target: job.target, isFollowed: flags.f },
        replica,
        signal,
      )
      throw explainRestoreError(explained, { url: replica.client.url, output })
    }
  })
  if (outcome.kind === 'done') return outcome.result
  logger.log('warn', 'interrupted; nothing was written', { path: output })
  return exitCodeOf(outcome.signal)
}

async function followed(job: RestoreJob, replica: FoundReplica, signal: AbortSignal): Promise<void> {
  const { followReplica } = await import('../restore/follow-replica.ts') // most restores are not followed
  await followReplica(job, replica, signal)
}

/** Only for replicas named by URL, as in Litestream: a moment after the newest file is refused, not taken for the newest state. */
async function checkBounds(
  { argument, target }: RestoreJob,
  replica: FoundReplica,
  signal: AbortSignal,
): Promise<void> {
  if (target.kind !== 'timestamp' || !isReplicaUrl(argument)) return
  const { client, env } = replica
  const listing = await listReplica(client, { exactTimestamps: true, signal })
  checkTimeBounds(listing, target.timestampMs, await listLegacy(client, env, signal))
}

async function dryRun(job: RestoreJob, replica: FoundReplica, signal: AbortSignal): Promise<void> {
  const { argument, output, target, flags, io } = job
  await checkBounds(job, replica, signal)
  const source = redactUrl(argument)
  const { client, env } = replica
  io.stdout.write(await planText({ source, output, target, json: flags.json }, { client, env }, signal))
}
