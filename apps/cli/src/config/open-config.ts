import type { Logger } from '@ltx/env'
import { consoleLogger } from '../log/console-logger.ts'
import { daemonLogger } from '../log/daemon-logger.ts'
import { logFile, logSettings } from '../log/log-settings.ts'
import type { CommandIo } from '../program/io.ts'
import type { Config } from './config.ts'
import { ConfigError } from './errors.ts'
import { loadConfig } from './load-config.ts'

export interface OpenedConfig {
  readonly config: Config
  readonly logger: Logger
}

/**
 * Loads the configuration that the flags name, makes the logger it asks for, and logs what is odd about it.
 *
 * @param resultOnStdout True for verbs that print a result: their log goes to stderr, whatever the file says.
 * @param mayUseFile True for what runs in the background: its log goes where `logging.file` says.
 */
export async function openConfig(
  flags: { readonly config: string; readonly 'no-expand-env': boolean },
  io: CommandIo,
  resultOnStdout: boolean,
  mayUseFile = false,
): Promise<OpenedConfig> {
  const given = { path: flags.config, expand: !flags['no-expand-env'] }
  const config = await loadConfig(given, io).catch((error: unknown) => {
    if (error instanceof ConfigError)
      logWarnings(error.warnings, consoleLogger(io, logSettings(null, io, resultOnStdout)))
    throw error
  })
  const settings = logSettings(config, io, resultOnStdout)
  const logger = mayUseFile ? daemonLogger(io, settings, logFile(config, io)) : consoleLogger(io, settings)
  logWarnings(config.warnings, logger)
  return { config, logger }
}

function logWarnings(warnings: readonly string[], logger: Logger): void {
  for (const warning of warnings) logger.log('warn', 'configuration', { warning })
}
