import { isFit, type Finding } from '../doctor/finding.ts'
import { madeFolders } from '../doctor/made-folders.ts'
import { PROBES } from '../doctor/probes.ts'
import { runProbes } from '../doctor/run-probes.ts'
import { CONFIG_FLAGS, JSON_FLAG } from '../flags/shared-flags.ts'
import { jsonText } from '../print/json.ts'
import { tableText } from '../print/table.ts'
import { atMost, defineCommand, type Command } from '../program/command.ts'
import { CommandError } from '../program/errors.ts'
import { interruptible } from '../program/interruptible.ts'
import { exitCodeOf } from '../program/io.ts'
import { openReplica } from '../replica/clients.ts'
import { findReplica } from '../replica/find-replica.ts'
import { placeBelow, type ReplicaPlace } from '../replica/replica-place.ts'

const MIB = 1024 * 1024
const LARGE_BYTES = 12 * MIB
const LARGE_BYTES_MAX = 256 * MIB

export const doctorCommand: Command = defineCommand({
  forms: ['[flags] REPLICA_URL', '[flags] DB_PATH'],
  about: `Tries out a storage: connects, lists, writes files of its own below the replica's path, reads them back in parts, deletes
them, and says what that means for a replica. The replica itself is only looked at. Exit code 1 when something is missing that a
replica needs.`,
  flags: { ...CONFIG_FLAGS, json: JSON_FLAG },
  examples: ['s3://bucket/path', '-config litestream.yml /path/to/app.db'],
  async run({ flags, positionals, io }) {
    const [argument = ''] = positionals
    if (argument === '') {
      const hint = `${io.programName} doctor s3://bucket/path`
      throw new CommandError('database path or replica URL required', { hint })
    }
    atMost(positionals, 1)
    await using replica = await findReplica(argument, flags, io, true)
    const { env, place } = replica
    const name = `ltx-doctor-${env.random.hex(8)}`
    const own = placeBelow(place, name)
    const removeFolders = own.type === 'file' ? await madeFolders(own.path) : undefined
    await using client = await openReplica(own, env)
    const outcome = await interruptible(io, async (signal) => {
      const largeBytes = largeBytesOf(place)
      return await runProbes(PROBES, {
        client,
        replica: replica.client,
        env,
        largeBytes,
        removeFolders,
        signal,
      })
    })
    if (outcome.kind === 'interrupted') return exitCodeOf(outcome.signal)
    const findings = outcome.result
    const fit = isFit(findings)
    if (flags.json) {
      io.stdout.write(jsonText({ replica: replica.client.url, fit, checks: findings.map(rowOf) }))
    } else {
      io.stdout.write(tableOf(findings))
      io.stdout.write(
        fit ? `${replica.client.url} can keep a replica\n` : `${replica.client.url} cannot keep a replica\n`,
      )
    }
    return fit ? 0 : 1
  },
})

/** Enough for several parts. */
function largeBytesOf(place: ReplicaPlace): number {
  const partSize = place.type === 'file' ? undefined : place.settings.keys['part-size']
  return typeof partSize === 'number'
    ? Math.min(Math.max(LARGE_BYTES, 2 * partSize + 1), LARGE_BYTES_MAX)
    : LARGE_BYTES
}

function rowOf(finding: Finding): Record<string, string | number | boolean> {
  const { check, result, needed, found, means, durationMs } = finding
  return { check, result, needed, found, means, duration_ms: Math.round(durationMs) }
}

function tableOf(findings: readonly Finding[]): string {
  const tried = findings.filter(({ result }) => result !== 'skipped')
  const rows = tried.map(({ check, result, found, means, durationMs }) => [
    check,
    result,
    `${Math.round(durationMs)} ms`,
    means === '' ? found : `${found}: ${means}`,
  ])
  const skipped = findings.filter(({ result }) => result === 'skipped').map(({ check }) => check)
  const table = tableText(['check', 'result', 'took', 'found'], rows)
  return skipped.length === 0 ? table : `${table}not tried after that: ${skipped.join(', ')}\n`
}
