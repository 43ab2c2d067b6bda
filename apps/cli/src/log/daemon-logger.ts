import type { Logger } from '@ltx/env'
import { CommandError } from '../program/errors.ts'
import type { CommandIo } from '../program/io.ts'
import { consoleLogger, lineLogger, type LogSettings } from './console-logger.ts'
import { LogFile } from './log-file.ts'

/**
 * The logger of a program that runs in the background. SIGHUP opens its file anew, as those who rotate logs expect; without a file it does
 * nothing.
 *
 * @param path Absolute; `null`: stdout or stderr.
 * @throws {CommandError} the file cannot be opened
 */
export function daemonLogger(io: CommandIo, settings: LogSettings, path: string | null): Logger {
  if (path === null) {
    const logger = consoleLogger(io, settings)
    io.onHangup(() => logger.log('debug', 'SIGHUP: there is no log file to open anew'))
    return logger
  }
  const file = openLogFile(path)
  const logger = lineLogger(file, settings)
  io.onHangup(() => {
    try {
      file.reopen()
      logger.log('info', 'the log goes on here after SIGHUP')
    } catch (error) {
      logger.log('error', 'the log file cannot be opened anew; the old one is used on', {
        error: error instanceof Error ? error : String(error),
      })
    }
  })
  return logger
}

function openLogFile(path: string): LogFile {
  try {
    return new LogFile(path)
  } catch (cause) {
    throw new CommandError('cannot open the log file', { cause })
  }
}
