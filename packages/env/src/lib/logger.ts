export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'

/** Plain values only; a `bigint` is printed by the sink as the caller formats it beforehand. Never a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined | Error>>

/** Structured logging: a constant message and fields. */
export interface Logger {
  log(level: LogLevel, message: string, fields?: LogFields): void
  /** A logger that adds these fields to every line. */
  with(fields: LogFields): Logger
}
