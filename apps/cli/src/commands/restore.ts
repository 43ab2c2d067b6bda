import { resolve } from 'node:path'
import { formatTxid } from '@ltx/format'
import { checkTimeBounds, listReplica, type RestoreResult, type RestoreTarget, restore } from '@ltx/restore'
import { isReplicaUrl } from '../config/expand-path.ts'
import type { FlagValues } from '../flags/flag.ts'
import { jsonText } from '../print/json.ts'
import { atMost, defineCommand, type Command } from '../program/command.ts'
import { CommandError } from '../program/errors.ts'
import { exitCodeOf, type CommandIo } from '../program/io.ts'
import { findReplica, type FoundReplica } from '../replica/find-replica.ts'
import { checkDatabase } from '../restore/check-database.ts'
import { explainRestoreError, isReplicaEmpty } from '../restore/explain-error.ts'
import { planText } from '../restore/plan-text.ts'
import { openRestoreProgress } from '../restore/progress-bar.ts'
import { interruptible } from '../program/interruptible.ts'
import { formatDuration } from '../text/duration.ts'
import { humanSize } from '../text/human-size.ts'
import { redactUrl } from '../text/redact-url.ts'
import { fileBytes } from '../local/local-state.ts'
import {
  type IntegrityCheck,
  parseIntegrityCheck,
  RESTORE_FLAGS,
  restoreTarget,
  type RestoreFlags,
} from './restore-flags.ts'

/** What is to be restored, and how; everything the flags can say without looking at the replica. */
interface Job {
  readonly argument: string
  /** As typed; messages and JSON show it. */
  readonly output: string
  /** Absolute. */
  readonly outputPath: string
  readonly target: RestoreTarget
  readonly check: IntegrityCheck
  readonly flags: FlagValues<RestoreFlags>
  readonly io: CommandIo
}

export const restoreCommand: Command = defineCommand({
  forms: ['[flags] DB_PATH', '[flags] -o PATH REPLICA_URL'],
  about: `Writes a database back from its replica: of a database in the configuration file, or at a URL. The output appears whole
under its name, or not at all; an existing one is left alone unless -force is given.`,
  flags: RESTORE_FLAGS,
  durations: ['follow-interval'],
  async run({ flags, positionals, io }) {
    const [argument = ''] = positionals
    const hint = `${io.programName} restore -o /path/to/db`
    if (argument === '') {
      throw new CommandError('database path or replica URL required', {
        hint: `${hint} file:///path/to/replica`,
      })
    }
    atMost(positionals, 1)
    if (flags.f) throw new CommandError('follow mode (-f) is not supported by this version yet')
    const check = parseIntegrityCheck(flags['integrity-check'])
    const target = restoreTarget(flags.txid, flags.timestamp)
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

async function runJob(job: Job, replica: FoundReplica): Promise<number> {
  const { flags, output, outputPath, io } = job
  const { logger } = replica
  if (flags['if-db-not-exists'] && (await fileBytes(outputPath)) !== null) {
    logger.log('info', 'database already exists, skipping', { path: output })
    return 0
  }
  const outcome = await interruptible(io, async (signal) => {
    try {
      if (flags['dry-run']) return await dryRun(job, replica, signal)
      return await restoreNow(job, replica, signal)
    } catch (error) {
      signal.throwIfAborted()
      if (flags['if-replica-exists'] && (await isReplicaEmpty(error, replica.client, signal))) {
        logger.log('info', 'no backup found, skipping', { replica: replica.client.url })
        return 0
      }
      throw explainRestoreError(error)
    }
  })
  if (outcome.kind === 'done') return outcome.result
  logger.log('warn', 'interrupted; nothing was written', { path: output })
  return exitCodeOf(outcome.signal)
}

/** Only for replicas named by URL, as in Litestream: a moment after the newest file is refused, not taken for the newest state. */
async function checkBounds(
  { argument, target }: Job,
  replica: FoundReplica,
  signal: AbortSignal,
): Promise<void> {
  if (target.kind !== 'timestamp' || !isReplicaUrl(argument)) return
  checkTimeBounds(await listReplica(replica.client, { exactTimestamps: true, signal }), target.timestampMs)
}

async function dryRun(job: Job, replica: FoundReplica, signal: AbortSignal): Promise<number> {
  const { argument, output, target, flags, io } = job
  await checkBounds(job, replica, signal)
  const source = redactUrl(argument)
  io.stdout.write(await planText({ source, output, target, json: flags.json }, replica.client, signal))
  return 0
}

async function restoreNow(job: Job, replica: FoundReplica, signal: AbortSignal): Promise<number> {
  const { io, flags, output, outputPath, target, check } = job
  const { client, env } = replica
  const startMs = env.clock.elapsedMs()
  await checkBounds(job, replica, signal)
  await using progress = await openRestoreProgress(io.stderr, env.clock)
  const result = await restore({
    client,
    env,
    outputPath,
    target,
    parallelism: flags.parallelism,
    force: flags.force,
    signal,
    onProgress: (event) => progress.show(event),
    ...(check === 'none' ? {} : { check: (path, abort) => checkDatabase(check, path, io, abort) }),
  })
  progress.finish()
  const durationMs = env.clock.elapsedMs() - startMs
  report(job, replica, result, durationMs)
  if (flags.json) {
    const summary = {
      db_path: output,
      replica: client.type,
      txid: formatTxid(result.txid),
      duration_ms: Math.round(durationMs),
      integrity_check: check,
    }
    io.stdout.write(jsonText(summary))
  }
  return 0
}

function report(
  { output, check }: Job,
  { logger, client }: FoundReplica,
  result: RestoreResult,
  durationMs: number,
): void {
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
    path: output,
    replica: client.url,
    txid: formatTxid(result.txid),
    'replicated-at': new Date(result.timestampMs).toISOString(),
    size: humanSize(result.bytes),
    files: result.files.length,
    'integrity-check': check,
    duration: formatDuration(Math.round(durationMs)),
    rate: `${humanSize(Math.round(result.bytes / Math.max(durationMs / 1000, 0.001)))}/s`,
  })
}
