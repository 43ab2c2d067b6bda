import { expandPath } from '../config/expand-path.ts'
import { atMost } from '../program/command.ts'
import { CommandError } from '../program/errors.ts'
import type { CommandIo } from '../program/io.ts'

/**
 * The one database that a verb is about, absolute: relative paths are the caller's, who may stand elsewhere than the daemon.
 *
 * @param verb With what comes before the path, for the hint.
 * @throws {CommandError} none, or more than one
 */
export function requireDatabase(positionals: readonly string[], verb: string, io: CommandIo): string {
  const [path] = positionals
  if (path === undefined || path === '') {
    const hint = `${io.programName} ${verb} /path/to/db`
    throw new CommandError('database path required', { hint })
  }
  atMost(positionals, 1)
  return expandPath(path, io)
}

/** @throws {CommandError} */
export function requirePositiveTimeout(seconds: number): void {
  if (seconds <= 0) throw new CommandError('timeout must be greater than 0')
}

/** `name: value` on a line each. */
export function fieldLines(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${String(value)}\n`)
    .join('')
}
