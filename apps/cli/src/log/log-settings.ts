import type { Config } from '../config/config.ts'
import type { CommandIo } from '../program/io.ts'
import { expandPath } from '../config/expand-path.ts'
import { LOG_TYPES, type LogSettings } from './console-logger.ts'
import { logLevelNamed } from './log-level.ts'

/**
 * How to log: what the configuration says, its level replaced by `LOG_LEVEL`.
 *
 * @param forceStderr True where stdout carries a result that a program may read.
 */
export function logSettings(
  config: Config | null,
  io: Pick<CommandIo, 'environment'>,
  forceStderr = false,
): LogSettings {
  const logging = config?.root.section('logging')
  const type = logging?.text('type') ?? ''
  const environmentLevel = io.environment['LOG_LEVEL'] ?? ''
  return {
    level:
      logLevelNamed(environmentLevel === '' ? (logging?.text('level') ?? '') : environmentLevel) ?? 'info',
    type: LOG_TYPES.find((known) => known === type) ?? 'text',
    toStderr: forceStderr || logging?.isOn('stderr') === true,
    ...(logging?.isOn('source') === true ? { source: true } : {}),
  }
}

/** The file that a daemon logs to, absolute; `null`: stdout or stderr. */
export function logFile(config: Config, io: CommandIo): string | null {
  const file = config.root.section('logging').text('file')
  return file === '' ? null : expandPath(file, io)
}
