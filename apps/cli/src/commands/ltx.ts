import { collectFiles, type FileInfo } from '@ltx/client-core'
import { formatTxid } from '@ltx/format'
import { FlagValueError, parsedFlag, type Flag, withChoices } from '../flags/flag.ts'
import { parseInteger } from '../flags/parse-integer.ts'
import { CONFIG_FLAGS, JSON_FLAG } from '../flags/shared-flags.ts'
import { jsonText } from '../print/json.ts'
import { tableText } from '../print/table.ts'
import { atMost, defineCommand, type Command } from '../program/command.ts'
import { CommandError } from '../program/errors.ts'
import { findReplica } from '../replica/find-replica.ts'
import { formatSeconds } from '../text/rfc3339.ts'

const LEVEL_MAX = 9
const ALL_LEVELS = Array.from({ length: LEVEL_MAX + 1 }, (_, level) => level)

const anyLevel: Flag<readonly number[]> = parsedFlag(
  'LEVEL',
  `0 to ${LEVEL_MAX}, or all (default 0)`,
  [0],
  (text) => {
    if (text === 'all') return ALL_LEVELS
    const result = parseInteger(text)
    if (result.kind === 'integer' && result.value >= 0 && result.value <= LEVEL_MAX) return [result.value]
    throw new FlagValueError(`level must be between 0 and ${LEVEL_MAX}, or "all"`)
  },
)
const level = withChoices(anyLevel, [...ALL_LEVELS.map(String), 'all'])

export const ltxCommand: Command = defineCommand({
  forms: ['[flags] DB_PATH', '[flags] REPLICA_URL'],
  about: `Lists the LTX files of a replica, level by level: of a database in the configuration file, or at a URL. Level 0 holds
one file per sync, levels 1 to 8 compactions of them, level 9 snapshots.`,
  flags: { ...CONFIG_FLAGS, json: JSON_FLAG, level },
  examples: ['/path/to/app.db', '-level all s3://bucket/path'],
  async run({ flags, positionals, io }) {
    const [argument = ''] = positionals
    if (argument === '') {
      const hint = `${io.programName} ltx /path/to/db`
      throw new CommandError('database path or replica URL required', { hint })
    }
    atMost(positionals, 1)
    await using replica = await findReplica(argument, flags, io, true)
    const files: FileInfo[] = []
    for (const each of flags.level) files.push(...(await collectFiles(replica.client.listFiles(each))))
    io.stdout.write(flags.json ? jsonText(files.map(rowOf)) : tableOf(files))
    if (files.length > 0) return 0
    const { holdsLegacy } = await import('../restore/legacy-only.ts') // most replicas have files
    if (await holdsLegacy(replica.client, replica.env)) {
      io.stderr.write(
        `Hint: this is a replica of Litestream 0.3, which has no LTX files: ${io.programName} restore reads it\n`,
      )
    }
    return 0
  },
})

interface Row {
  readonly level: number
  readonly min_txid: string
  readonly max_txid: string
  readonly size: number
  readonly timestamp: string
}

function rowOf(file: FileInfo): Row {
  return {
    level: file.level,
    min_txid: formatTxid(file.minTXID),
    max_txid: formatTxid(file.maxTXID),
    size: file.size,
    timestamp: formatSeconds(file.createdAtMs),
  }
}

function tableOf(files: readonly FileInfo[]): string {
  const rows = files.map((file) => Object.values(rowOf(file)).map(String))
  return tableText(['level', 'min_txid', 'max_txid', 'size', 'created'], rows)
}
