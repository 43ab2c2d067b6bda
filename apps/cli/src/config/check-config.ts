import { lstat, realpath } from 'node:fs/promises'
import { silentLogger } from '@ltx/env/node'
import { expandDirectories, refuseShared } from '../directory/expand-directories.ts'
import { splitCommand } from '../exec/split-command.ts'
import { refuseSharedReplicas } from '../directory/refuse-shared-replicas.ts'
import { parseListenAddress } from '../health/listen-address.ts'
import { CommandError } from '../program/errors.ts'
import type { CommandIo } from '../program/io.ts'
import { checkReplica } from '../replica/checked-replicas.ts'
import type { ReplicaPlace } from '../replica/replica-place.ts'
import { replicaSection, resolveReplica } from '../replica/resolve-replica.ts'
import { goQuote } from '../text/go-quote.ts'
import { idOf, keyPlace, type Config, type DatabaseConfig } from './config.ts'
import { ConfigError } from './errors.ts'
import { countsFor, REPLICA_KEYS } from './replica-keys.ts'

export interface CheckedConfig {
  /** Of each entry of `dbs`, in their order. */
  readonly replicas: readonly ReplicaPlace[]
  /** Those of the file, and what was found since it was read. */
  readonly warnings: readonly string[]
}

/**
 * Looks at what other verbs look at only when they come to it: addresses, the command to run, the settings of every replica, databases
 * that are in the way of each other, also those in directories. Nothing is made or contacted.
 *
 * @throws {ConfigError} listing everything that is wrong, a line each
 */
export async function checkConfig(config: Config, io: CommandIo): Promise<CheckedConfig> {
  const problems: string[] = []
  const warnings = [...config.warnings]
  checkAddresses(config, problems)
  checkSocket(config, problems)
  checkExec(config, problems, warnings)
  const replicas: ReplicaPlace[] = []
  for (const database of config.databases) {
    await noting(problems, async () => {
      const place = resolveReplica(config, database, io)
      replicas.push(place)
      await checkReplica(place)
      warnings.push(...idleKeys(config, database, place))
    })
    warnings.push(...(await symbolicLink(config, database)))
  }
  await noting(problems, () => checkTogether(config, io))
  if (config.databases.length === 0) warnings.push(`${config.file}: dbs: there are no databases`)
  const byLine = (a: string, b: string): number => lineOf(a, config.file) - lineOf(b, config.file)
  const sorted = warnings.toSorted(byLine)
  if (problems.length > 0) throw new ConfigError(problems.toSorted(byLine).join('\n'), { warnings: sorted })
  return { replicas, warnings: sorted }
}

/** What is in directories counts where they can be read; that they cannot is for `replicate` to say, here it may be another machine. */
async function checkTogether(config: Config, io: CommandIo): Promise<void> {
  try {
    await expandDirectories({ config, io, logger: silentLogger, toFollow: false })
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    const named = config.databases.filter(({ path }) => path !== '')
    refuseShared(config, named)
    await refuseSharedReplicas(config, named, io)
  }
}

/** `replicate` would refuse it, when it is there: so would another machine, or another day. */
async function symbolicLink({ file }: Config, { section, path }: DatabaseConfig): Promise<string[]> {
  const stat = path === '' ? null : await lstat(path).catch(() => null)
  if (stat?.isSymbolicLink() !== true) return []
  const target = await realpath(path).catch(() => null)
  const hint = target === null ? 'give the name of the file itself' : `use ${target}`
  return [
    `${keyPlace(file, section, 'path')}: ${path} is a symbolic link, which is not replicated: SQLite keeps the WAL beside the file; ${hint}`,
  ]
}

function checkAddresses({ file, root }: Config, problems: string[]): void {
  for (const key of ['addr', 'mcp-addr']) {
    const text = root.text(key)
    if (text === '') continue
    try {
      parseListenAddress(text)
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      problems.push(`${keyPlace(file, root, key)}: ${key}: ${error.message}`)
    }
  }
}

function checkSocket({ file, root }: Config, problems: string[]): void {
  const socket = root.section('socket')
  if (socket.isOn('enabled') && socket.text('path') === '')
    problems.push(
      `${keyPlace(file, socket, 'path')}: socket.path: found nothing, expected where the socket is`,
    )
}

function checkExec({ file, root }: Config, problems: string[], warnings: string[]): void {
  const text = root.text('exec')
  if (text === '') return
  const place = `${keyPlace(file, root, 'exec')}: exec`
  try {
    const { ignored } = splitCommand(text)
    if (ignored === '') return
    const sign = goQuote(ignored.charAt(0)) // what follows may hold a secret
    warnings.push(
      `${place}: what stands from ${sign} on is left out, for there is no shell; sh -c '…' runs it in one`,
    )
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    problems.push(`${place}: ${error.message}`)
  }
}

/** Keys that were given to a replica whose storage does not know them. */
function idleKeys(config: Config, database: DatabaseConfig, { type }: ReplicaPlace): string[] {
  const section = replicaSection(config.file, database)
  return Object.entries(REPLICA_KEYS)
    .filter(([name, key]) => section.isGiven(name) && !countsFor(type, key))
    .map(
      ([name, { storages = [] }]) =>
        `${keyPlace(config.file, section, name)}: dbs[${idOf(database)}].replica.${name} has no effect: it belongs to ${storages.join(', ')}, and this replica is of the type ${type}`,
    )
}

function lineOf(message: string, file: string): number {
  return Number(/^\d+/.exec(message.slice(file.length + 1))?.[0] ?? 0)
}

async function noting(problems: string[], act: () => void | Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    problems.push(error.message)
  }
}
