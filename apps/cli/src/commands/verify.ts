import { resolve } from 'node:path'
import { integerFlag, switchFlag, textFlag } from '../flags/flag.ts'
import { CONFIG_FLAGS, JSON_FLAG } from '../flags/shared-flags.ts'
import { atMost, defineCommand, type Command } from '../program/command.ts'
import { CommandError } from '../program/errors.ts'
import { interruptible } from '../program/interruptible.ts'
import { exitCodeOf } from '../program/io.ts'
import { findReplica } from '../replica/find-replica.ts'
import { openRestoreProgress } from '../restore/progress-bar.ts'
import { reportJson, reportText } from '../verify/report-text.ts'
import { verifyReplica } from '../verify/verify-replica.ts'

/** As a restore has it: told before anything is looked at, and not as a fault of the replica. */
const PARALLELISM_MAX = 256

export const verifyCommand: Command = defineCommand({
  forms: ['[flags] DB_PATH', '[flags] REPLICA_URL'],
  about: `Proves that a replica can be restored, by restoring it into a temporary place, which needs as much space as the database.
Checks that no level has a hole, that each file that is needed is sound, and lets SQLite check the result; for a database in the
configuration file it also compares every page with the source as it was at that transaction, while replication goes on. Nothing
else is written, and nothing is left. Exit code 1 when something is wrong.`,
  examples: ['/path/to/db', '-all s3://bucket/path'],
  flags: {
    ...CONFIG_FLAGS,
    all: switchFlag(
      'read every file of the replica, not only those that\na restore of the newest state needs',
    ),
    dir: textFlag(
      'PATH',
      'where to restore to; otherwise in the state folder beside\nthe database, and with a URL where the system keeps\ntemporary files',
    ),
    json: JSON_FLAG,
    parallelism: integerFlag('N', 'requests to the storage at once', 8),
  },
  async run({ flags, positionals, io }) {
    const [argument = ''] = positionals
    if (argument === '') {
      const hint = `${io.programName} verify /path/to/db`
      throw new CommandError('database path or replica URL required', { hint })
    }
    atMost(positionals, 1)
    if (flags.parallelism < 1 || flags.parallelism > PARALLELISM_MAX) {
      throw new CommandError(`-parallelism must be 1 to ${PARALLELISM_MAX}, not ${flags.parallelism}`)
    }
    await using replica = await findReplica(argument, flags, io, true)
    const { client, env, databasePath, metaPath } = replica
    const startMs = env.clock.elapsedMs()
    const outcome = await interruptible(io, async (signal) => {
      await using progress = await openRestoreProgress(io.stderr, env.clock)
      return await verifyReplica({
        client,
        env,
        io,
        metaPath,
        directory: flags.dir === '' ? null : resolve(io.workingDirectory, flags.dir),
        all: flags.all,
        parallelism: flags.parallelism,
        niceness: 0,
        onProgress: (event) => progress.show(event),
        signal,
      })
    })
    if (outcome.kind === 'interrupted') return exitCodeOf(outcome.signal)
    const report = outcome.result
    const subject = { replica: client.url, databasePath }
    const durationMs = env.clock.elapsedMs() - startMs
    io.stdout.write(flags.json ? reportJson(report, subject, durationMs) : reportText(report, subject))
    return report.proven ? 0 : 1
  },
})
