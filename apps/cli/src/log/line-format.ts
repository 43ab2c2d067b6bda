import type { SourcePlace } from './caller-of.ts'
import type { LogFields, LogLevel } from '@ltx/env'

/** One thing that happened. */
export interface LogRecord {
  readonly timestampMs: number
  readonly level: LogLevel
  readonly message: string
  /** The place in the source that logs it. */
  readonly source?: SourcePlace
  /** In the order they are printed. */
  readonly fields: LogFields
}

/** Makes one line, without its end, of a record. */
export type LineFormat = (record: LogRecord) => string
