import { integerFlag, switchFlag, textFlag } from '../flags/flag.ts'
import { CONFIG_FLAGS, JSON_FLAG } from '../flags/shared-flags.ts'
import { jsonText } from '../print/json.ts'
import { atMost, defineCommand, type Command } from '../program/command.ts'
import { CommandError } from '../program/errors.ts'
import { interruptible } from '../program/interruptible.ts'
import { type CommandIo, exitCodeOf } from '../program/io.ts'
import { findReplica } from '../replica/find-replica.ts'
import { reportFields, reportText } from '../verify/report-text.ts'
import { verifyAll, type VerifyAllFlags } from '../verify/verify-all.ts'
import { verifyTarget } from '../verify/verify-target.ts'

/** As a restore has it: told before anything is looked at, and not as a fault of the replica. */
const PARALLELISM_MAX = 256

export const verifyCommand: Command = defineCommand({
  forms: ['[flags] [DB_PATH]', '[flags] REPLICA_URL'],
  about: `Proves that a replica can be restored, by restoring it into a temporary place, which needs as much space as the database.
Checks that no level has a hole, that each file that is needed is sound, and lets SQLite check the result; for a database in the
configuration file it also compares every page with the source as it was at that transaction, while replication goes on, and looks
whether the replica still holds what it is known to have held. Without an argument it does so for every database of the
configuration file, one after the other. Nothing else is written, and nothing is left. Exit code 1 when something is wrong.`,
  examples: ['/path/to/db', '-all s3://bucket/path', '-config /etc/litestream.yml'],
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
    atMost(positionals, 1)
    if (flags.parallelism < 1 || flags.parallelism > PARALLELISM_MAX) {
      throw new CommandError(`-parallelism must be 1 to ${PARALLELISM_MAX}, not ${flags.parallelism}`)
    }
    const outcome = await interruptible(io, async (signal) =>
      argument === '' ? await verifyAll(flags, io, signal) : await verifyNamed(argument, flags, io, signal),
    )
    return outcome.kind === 'interrupted' ? exitCodeOf(outcome.signal) : outcome.result
  },
})

async function verifyNamed(
  argument: string,
  flags: VerifyAllFlags,
  io: CommandIo,
  signal: AbortSignal,
): Promise<number> {
  await using replica = await findReplica(argument, flags, io, true)
  const { report, subject, durationMs } = await verifyTarget(replica, flags, io, signal)
  io.stdout.write(
    flags.json ? jsonText(reportFields(report, subject, durationMs)) : reportText(report, subject),
  )
  return report.proven ? 0 : 1
}
