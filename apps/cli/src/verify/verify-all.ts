import { nodeEnv } from '@ltx/env/node'
import type { Config, DatabaseConfig } from '../config/config.ts'
import { openConfig } from '../config/open-config.ts'
import { expandDirectories, metaPathFor } from '../directory/expand-directories.ts'
import { jsonText } from '../print/json.ts'
import { CommandError, describeError } from '../program/errors.ts'
import type { CommandIo } from '../program/io.ts'
import { openReplica } from '../replica/clients.ts'
import { resolveReplica } from '../replica/resolve-replica.ts'
import { counted } from '../text/counted.ts'
import { redactUrls } from '../text/redact-url.ts'
import { reportFields, reportText, type ReportFields } from './report-text.ts'
import { verifyTarget, type VerifyFlags } from './verify-target.ts'

export interface VerifyAllFlags extends VerifyFlags {
  readonly config: string
  readonly 'no-expand-env': boolean
  readonly json: boolean
}

/** One that could not even be looked at: `error` says why. */
type Row = ReportFields | { readonly db_path: string; readonly proven: false; readonly error: string }

/**
 * Verifies the databases of the configuration file one after the other, those in its directories included, and prints a report of each: as
 * soon as it is there, or with JSON as one list. What cannot be looked at does not keep the others from it.
 *
 * @returns the exit code
 * @throws {CommandError} there are none, or the configuration cannot be used
 */
export async function verifyAll(flags: VerifyAllFlags, io: CommandIo, signal: AbortSignal): Promise<number> {
  const { config, logger } = await openConfig(flags, io, true)
  const databases = await expandDirectories({ config, io, logger, toFollow: false })
  if (databases.length === 0) throw new CommandError(`there are no databases in ${config.file}`)
  const env = nodeEnv({ logger })
  const rows: Row[] = []
  for (const database of databases) {
    const { row, text } = await verifyOne(database, { config, env, flags, io }, signal)
    rows.push(row)
    if (!flags.json) io.stdout.write(`${database.path}\n${text}\n`)
  }
  io.stdout.write(flags.json ? jsonText(rows) : countText(rows))
  return rows.every(({ proven }) => proven) ? 0 : 1
}

interface Parts {
  readonly config: Config
  readonly env: ReturnType<typeof nodeEnv>
  readonly flags: VerifyAllFlags
  readonly io: CommandIo
}

async function verifyOne(
  database: DatabaseConfig,
  { config, env, flags, io }: Parts,
  signal: AbortSignal,
): Promise<{ readonly row: Row; readonly text: string }> {
  const { path } = database
  try {
    const place = resolveReplica(config, database, io)
    await using client = disposable(await openReplica(place, env, { mayBlock: io.ownsProcess }))
    const target = { client: client.client, env, databasePath: path, metaPath: metaPathFor(database) }
    const { report, subject, durationMs } = await verifyTarget(target, flags, io, signal)
    return { row: reportFields(report, subject, durationMs), text: reportText(report, subject) }
  } catch (error) {
    signal.throwIfAborted()
    const because = redactUrls(describeError(error))
    return { row: { db_path: path, proven: false, error: because }, text: `NOT proven: ${because}\n` }
  }
}

function disposable<Client extends { close(): Promise<void> }>(
  client: Client,
): AsyncDisposable & { readonly client: Client } {
  return { client, [Symbol.asyncDispose]: () => client.close() }
}

/** How many are in order, and which are not. */
function countText(rows: readonly Row[]): string {
  const failed = rows.filter(({ proven }) => !proven)
  const total = counted(rows.length, 'database')
  if (failed.length === 0) return `${total}, all proven\n`
  const names = failed.map(({ db_path: path }) => path).join(', ')
  return `${total}, ${rows.length - failed.length} proven, ${failed.length} NOT: ${names}\n`
}
