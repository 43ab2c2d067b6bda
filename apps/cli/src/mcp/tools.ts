import { z } from 'zod'
import { isReplicaUrl } from '../config/expand-path.ts'

/** What a client may give; each tool takes some of it. */
export interface ToolArguments {
  readonly path?: string | undefined
  readonly config?: string | undefined
  readonly o?: string | undefined
  readonly txid?: string | undefined
  readonly timestamp?: string | undefined
  readonly parallelism?: string | undefined
  readonly if_db_not_exists?: boolean | undefined
  readonly if_replica_exists?: boolean | undefined
}

/** A tool that is one of our command lines. */
export interface CommandTool {
  readonly description: string
  readonly input: z.ZodRawShape
  /** `nothing`: only reads. `adds`: makes files that were not there. `deletes`. */
  readonly changes: 'nothing' | 'adds' | 'deletes'
  /** @param config The file to use; empty: the system's. */
  words(given: ToolArguments, config: string): readonly string[]
}

export const CONFIG: z.ZodOptional<z.ZodString> = z
  .string()
  .optional()
  .describe('Path of the configuration file; that of the server when absent.')
const PATH = z.string().describe('Path of a database in the configuration file, or the URL of a replica.')

/** Litestream's tools but for `litestream_info`, sorted by name. */
export const COMMAND_TOOLS: Readonly<Record<string, CommandTool>> = {
  litestream_databases: {
    description: 'Lists the databases of the configuration file, with the type of their replicas.',
    input: { config: CONFIG },
    changes: 'nothing',
    words: (_given, config) => ['databases', '-config', config],
  },
  litestream_ltx: {
    description: 'Lists the LTX files at level 0 of a replica.',
    input: { path: PATH, config: CONFIG },
    changes: 'nothing',
    words: ({ path = '' }, config) => ['ltx', ...configFor(path, config), '--', path],
  },
  litestream_reset: {
    description:
      'Forgets the local replication state of a database. Neither the database nor its replica is touched.',
    input: { path: z.string().describe('Path of the database.'), config: CONFIG },
    changes: 'deletes',
    words: ({ path }, config) => ['reset', '-config', config, '--', ...listOf(path)],
  },
  litestream_restore: {
    description: 'Restores a database from its replica. An existing file is never overwritten.',
    input: {
      path: PATH,
      o: z.string().optional().describe('Where to write it; needed with a URL.'),
      config: CONFIG,
      txid: z.string().optional().describe('Restore the state right after this transaction (16 hex digits).'),
      timestamp: z.string().optional().describe('Restore the last state before this moment (RFC 3339).'),
      parallelism: z.string().optional().describe('Requests to the storage at once.'),
      if_db_not_exists: z.boolean().optional().describe('Succeed, and do nothing, when the output exists.'),
      if_replica_exists: z
        .boolean()
        .optional()
        .describe('Succeed, and do nothing, when the replica is empty.'),
    },
    changes: 'adds',
    words: restoreWords,
  },
  litestream_status: {
    description: 'Shows what is known locally about each database.',
    input: { config: CONFIG, path: z.string().optional().describe('Only this database.') },
    changes: 'nothing',
    words: ({ path }, config) => ['status', '-config', config, '--', ...listOf(path)],
  },
  litestream_version: {
    description: 'Prints the version.',
    input: {},
    changes: 'nothing',
    words: () => ['version'],
  },
}

function restoreWords(given: ToolArguments, config: string): readonly string[] {
  const { path = '', if_db_not_exists, if_replica_exists } = given
  const words = ['restore', ...configFor(path, config)]
  for (const name of ['o', 'txid', 'timestamp', 'parallelism'] as const) {
    const value = given[name]
    if (value !== undefined && value !== '') words.push(`-${name}=${value}`)
  }
  if (if_db_not_exists !== undefined) words.push(`-if-db-not-exists=${if_db_not_exists}`)
  if (if_replica_exists !== undefined) words.push(`-if-replica-exists=${if_replica_exists}`)
  return [...words, '--', path]
}

/** A URL goes without a configuration file. */
function configFor(path: string, config: string): readonly string[] {
  return isReplicaUrl(path) || config === '' ? [] : ['-config', config]
}

function listOf(path: string | undefined): readonly string[] {
  return path === undefined || path === '' ? [] : [path]
}
