import { CommandError } from '../program/errors.ts'
import type { CommandIo } from '../program/io.ts'
import type { Config, DatabaseConfig } from './config.ts'
import { ConfigError } from './errors.ts'
import { configWarnings } from './config-warnings.ts'
import { expandEnv } from './expand-env.ts'
import { entryOf } from './database-below.ts'
import { expandPath } from './expand-path.ts'
import { maskText } from '../text/mask-secrets.ts'
import type { Section } from './given.ts'
import { CONFIG_KEYS, LEVEL_INTERVALS_MS } from './keys.ts'
import { readConfig } from './read-config.ts'
import { readConfigText } from './read-config-text.ts'
import { snapshotSetting } from './snapshot-settings.ts'
import { validateConfig } from './validate.ts'

/** Databases that an error names. */
const NAMED_MAX = 4

export interface LoadOptions {
  /** Value of `-config`; empty: the environment's or the system's place. */
  readonly path: string
  /** Variables in the text are replaced. */
  readonly expand: boolean
}

/**
 * Reads, expands and checks the configuration file.
 *
 * @throws {CommandError} no such file, or it cannot be read
 * @throws {ConfigError} it says something that cannot be used
 */
export async function loadConfig(options: LoadOptions, io: CommandIo): Promise<Config> {
  const file = expandPath(options.path === '' ? defaultConfigPath(io) : options.path, io)
  const text = await readConfigText(file)
  return parseConfig(options.expand ? expandEnv(text, io) : text, file, io)
}

/** A configuration from its text. */
export function parseConfig(text: string, file: string, io: CommandIo): Config {
  const { section: root, warnings } = readConfig(text, file, CONFIG_KEYS)
  try {
    const config = configOf(root, file, warnings, io)
    validateConfig(config, io)
    return config
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ConfigError(error.message, { cause: error.cause, warnings })
  }
}

function configOf(root: Section, file: string, warnings: readonly string[], io: CommandIo): Config {
  const databases = (root.sections('dbs') ?? []).map((each, index) => databaseConfig(each, index + 1, io))
  return {
    file,
    root,
    warnings: [...warnings, ...configWarnings(file, root, databases)],
    levelIntervalsMs:
      root.sections('levels')?.map((level) => level.duration('interval')) ?? LEVEL_INTERVALS_MS,
    snapshotIntervalMs: snapshotSetting('interval', file, root, databases),
    snapshotRetentionMs: snapshotSetting('retention', file, root, databases),
    databases,
  }
}

export function defaultConfigPath(io: Pick<CommandIo, 'environment' | 'platform'>): string {
  const named = io.environment['LITESTREAM_CONFIG']
  if (named !== undefined && named !== '') return named
  return io.platform === 'win32' ? 'C:\\Litestream\\litestream.yml' : '/etc/litestream.yml'
}

/** The entry of one database, by its path as typed; one with `dir` stands for every path that it fits, be there a file or not. */
export function findDatabase(config: Config, path: string, io: CommandIo): DatabaseConfig {
  const wanted = expandPath(path, io)
  const found = entryOf(config, wanted, io)
  if (found === null) {
    const shown = maskText(path) === path ? wanted : maskText(path) // it may have been meant as a URL
    throw new CommandError(`database not found in config: ${shown}. ${config.file} has ${described(config)}`)
  }
  return found
}

/** What a configuration is about, in words. */
function described({ databases }: Config): string {
  const named = databases
    .slice(0, NAMED_MAX)
    .map(({ path, directory, section }) =>
      directory === '' ? path : `${section.text('pattern')} in ${directory}`,
    )
  const rest = databases.length - named.length
  if (rest > 0) named.push(`${rest} more`)
  return named.length === 0 ? 'no databases' : named.join(', ')
}

function databaseConfig(section: Section, number: number, io: CommandIo): DatabaseConfig {
  const expanded = (key: string): string | null => {
    const text = section.text(key)
    return text === '' ? null : expandPath(text, io)
  }
  return {
    section,
    number,
    path: expanded('path') ?? '',
    directory: expanded('dir') ?? '',
    relativePath: '',
    metaPath: expanded('meta-path'),
    metaDirectory: expanded('meta-dir'),
  }
}
