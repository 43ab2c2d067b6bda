import type { LogFields, Logger, LogLevel } from '../logger.ts'

export interface LogLine {
  readonly level: LogLevel
  readonly message: string
  readonly fields: LogFields
}

/** Keeps what is logged, so that a test can look at it. Loggers made by `with` write to the same lines. */
export class MemoryLogger implements Logger {
  readonly #lines: LogLine[]
  readonly #fields: LogFields

  constructor(lines: LogLine[] = [], fields: LogFields = {}) {
    this.#lines = lines
    this.#fields = fields
  }

  /** Oldest first. */
  get lines(): readonly LogLine[] {
    return this.#lines
  }

  log(level: LogLevel, message: string, fields: LogFields = {}): void {
    this.#lines.push({ level, message, fields: { ...this.#fields, ...fields } })
  }

  with(fields: LogFields): MemoryLogger {
    return new MemoryLogger(this.#lines, { ...this.#fields, ...fields })
  }
}
