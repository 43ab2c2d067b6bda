import type { LogFields, Logger, LogLevel } from '@ltx/env'
import type { CommandIo, Output } from '../program/io.ts'
import { redactUrls } from '../text/redact-url.ts'
import { callerOf } from './caller-of.ts'
import { jsonLine } from './json-format.ts'
import type { LineFormat } from './line-format.ts'
import { isLogged } from './log-level.ts'
import { prettyFormat } from './pretty-format.ts'
import { textLine } from './text-format.ts'

export const LOG_TYPES = ['text', 'json', 'pretty'] as const
export type LogType = (typeof LOG_TYPES)[number]

export interface LogSettings {
  readonly level: LogLevel
  readonly type: LogType
  readonly toStderr: boolean
  /** Each line says where in the source it comes from. */
  readonly source?: boolean
}

/** A logger that writes lines to stdout or stderr. */
export function consoleLogger(io: Pick<CommandIo, 'stdout' | 'stderr'>, settings: LogSettings): Logger {
  return lineLogger(settings.toStderr ? io.stderr : io.stdout, settings)
}

/** A logger that writes lines. */
export function lineLogger(
  output: Pick<Output, 'write' | 'isTerminal'>,
  settings: Omit<LogSettings, 'toStderr'>,
): Logger {
  const format = formatOf(settings.type, output.isTerminal)
  const make = (context: LogFields): Logger => {
    const log: Logger['log'] = (level, message, fields) => {
      if (!isLogged(level, settings.level)) return
      const record = {
        timestampMs: Date.now(),
        level,
        message: redactUrls(message),
        fields: withoutSecrets({ ...context, ...fields }),
      }
      const source = settings.source === true ? callerOf(log) : null
      output.write(`${format(source === null ? record : { ...record, source })}\n`)
    }
    return { log, with: (fields) => make({ ...context, ...fields }) }
  }
  return make({})
}

/** Errors are told without secrets by each format. */
function withoutSecrets(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? redactUrls(value) : value,
    ]),
  )
}

function formatOf(type: LogType, isTerminal: boolean): LineFormat {
  if (type === 'json') return jsonLine
  return type === 'pretty' ? prettyFormat(isTerminal) : textLine
}
