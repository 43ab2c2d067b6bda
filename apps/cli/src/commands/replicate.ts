import type { Logger } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import type { Config } from '../config/config.ts'
import { adHocConfig } from '../config/ad-hoc-config.ts'
import { openConfig } from '../config/open-config.ts'
import { splitCommand } from '../exec/split-command.ts'
import { type Flag, type FlagValues, switchFlag, textFlag, withChoices } from '../flags/flag.ts'
import { CONFIG_FLAGS } from '../flags/shared-flags.ts'
import { consoleLogger } from '../log/console-logger.ts'
import { LOG_LEVELS, logLevelNamed } from '../log/log-level.ts'
import { logSettings } from '../log/log-settings.ts'
import { defineCommand, type Command } from '../program/command.ts'
import { CommandError } from '../program/errors.ts'
import type { CommandIo } from '../program/io.ts'
import { runReplicator } from '../replicate/run-replicator.ts'

interface ReplicateFlags {
  readonly [name: string]: Flag<unknown>
  readonly config: Flag<string>
  readonly 'no-expand-env': Flag<boolean>
  readonly exec: Flag<string>
  readonly 'log-level': Flag<string>
  readonly once: Flag<boolean>
  readonly 'force-snapshot': Flag<boolean>
  readonly 'enforce-retention': Flag<boolean>
  readonly 'restore-if-db-not-exists': Flag<boolean>
}

const flags: ReplicateFlags = {
  ...CONFIG_FLAGS,
  exec: textFlag(
    'CMD',
    "run this program, pass signals on to it, and end when it ends;\nno shell: sh -c '…' for one",
  ),
  'log-level': withChoices(
    textFlag('LEVEL', 'trace, debug, info, warn or error; before $LOG_LEVEL and the file'),
    LOG_LEVELS,
  ),
  once: switchFlag('sync every database once, and end'),
  'force-snapshot': switchFlag(
    'with -once: take a snapshot; one of this very position\nis verified instead, and not written again',
  ),
  'enforce-retention': switchFlag('with -once: delete what is older than the retention'),
  'restore-if-db-not-exists': switchFlag('first restore databases whose file is missing'),
}

export const replicateCommand: Command = defineCommand({
  forms: ['[flags]', '[flags] DB_PATH REPLICA_URL'],
  about: `Copies every committed change of the databases in the configuration file, or of one database, to their replicas until a
signal stops it. The first SIGINT or SIGTERM syncs a last time, a second cuts that short, a third ends at once.`,
  flags,
  examples: ['', '/path/to/app.db s3://bucket/path', "-exec './app -port 8080'"],
  async run({ flags: given, positionals, io: outer }) {
    const io = withLogLevel(outer, given['log-level'])
    const { config, logger } = await configOf(given, positionals, io)
    warnOfLogLevel(io, logger)
    const exec = given.exec === '' ? config.root.text('exec') : given.exec
    if (given.once && exec !== '') throw new CommandError('cannot use -once with a command to execute')
    for (const name of ['force-snapshot', 'enforce-retention'] as const) {
      if (given[name] && !given.once) throw new CommandError(`-${name} goes with -once only`)
    }
    return await runReplicator({
      config,
      restoreMissing: given['restore-if-db-not-exists'],
      exec: exec === '' ? null : childWords(exec, logger),
      once: given.once
        ? { forceSnapshot: given['force-snapshot'], enforceRetention: given['enforce-retention'] }
        : null,
      env: nodeEnv({ logger }),
      logger,
      io,
    })
  },
})

/** The flag works through the environment, so that a child sees it too. */
function withLogLevel(io: CommandIo, level: string): CommandIo {
  return level === '' ? io : { ...io, environment: { ...io.environment, LOG_LEVEL: level } }
}

/** Litestream takes any other word for `info`, and so do we, but not in silence. */
function warnOfLogLevel({ environment }: CommandIo, logger: Logger): void {
  const { LOG_LEVEL: level = '' } = environment
  if (level === '' || logLevelNamed(level) !== null) return
  logger.log('warn', 'there is no such log level; it counts as info', { level, known: LOG_LEVELS.join(', ') })
}

async function configOf(
  given: FlagValues<ReplicateFlags>,
  positionals: readonly string[],
  io: CommandIo,
): Promise<{ readonly config: Config; readonly logger: Logger }> {
  const [path, url, ...more] = positionals
  if (path === undefined) return await openConfig(given, io, false, true)
  if (path === '') {
    const hint = `${io.programName} replicate /path/to/db s3://bucket/prefix`
    throw new CommandError('database path required', { hint })
  }
  if (url === undefined) {
    const hint = `${io.programName} replicate ${path} s3://bucket/prefix`
    throw new CommandError(`must specify at least one replica URL for ${path}`, { hint })
  }
  const misplaced = positionals.slice(1).find((word) => word.startsWith('-'))
  if (misplaced !== undefined)
    throw new CommandError(`flags must come before the database path: ${misplaced}`)
  if (given.config !== '') throw new CommandError('cannot specify a replica URL and the -config flag')
  if (more.length > 0) throw new CommandError('a database has one replica; several URLs are not supported')
  const config = adHocConfig(path, url, io)
  return { config, logger: consoleLogger(io, logSettings(null, io)) }
}

function childWords(exec: string, logger: Logger): readonly string[] {
  const { words, ignored } = splitCommand(exec)
  if (ignored !== '') {
    logger.log('warn', 'a part of the exec command is left out: there is no shell', {
      from: ignored.charAt(0), // what follows may hold a secret
      hint: "sh -c '…' runs it in one",
    })
  }
  return words
}
