import type { LogLevel } from '@ltx/env'

/** From the most to the least that is said. */
export const LOG_LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error']

/** Does a line of one level go into a log of another? */
export function isLogged(level: LogLevel, least: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least)
}

/** A level's name in any case, `warning` too; `null` for anything else. */
export function logLevelNamed(text: string): LogLevel | null {
  const name = text.toLowerCase()
  if (name === 'warning') return 'warn'
  return LOG_LEVELS.find((level) => level === name) ?? null
}
