import { join } from 'node:path'
import type { Logger } from '@ltx/env'
import { CommandError } from '../program/errors.ts'
import type { DirectoryRules } from './directory-rules.ts'
import { listEntries, lookAt, type EntryKind } from './list-entries.ts'
import { HEADER_BYTES, hasSqliteHeader } from './sqlite-header.ts'

/** Files whose beginning is read at once. */
const READS_MAX = 32

/**
 * The databases of a directory, sorted. Reads the beginning of every file that fits: before anything in there is followed, or in a
 * process that follows nothing.
 *
 * @throws {CommandError} the directory, or one in it, cannot be read
 */
export async function findDatabases(rules: DirectoryRules, logger: Logger): Promise<string[]> {
  const candidates: string[] = []
  await walk(rules, rules.root, candidates, logger)
  const found: string[] = []
  const waiting = candidates.values()
  const work = async (): Promise<void> => {
    for (const path of waiting) if (await isDatabase(path, logger)) found.push(path)
  }
  await Promise.all(Array.from({ length: READS_MAX }, work))
  return found.toSorted()
}

async function walk(
  rules: DirectoryRules,
  directory: string,
  candidates: string[],
  logger: Logger,
): Promise<void> {
  let entries: ReadonlyMap<string, EntryKind> | null
  try {
    entries = await listEntries(directory)
  } catch (cause) {
    throw new CommandError(`cannot read the directory ${directory}`, { cause })
  }
  if (entries === null && directory === rules.root) throw new CommandError(`no such directory: ${directory}`)
  for (const [name, kind] of entries ?? []) {
    const path = join(directory, name)
    if (kind === 'directory' && rules.recursive && rules.isEntered(path)) {
      await walk(rules, path, candidates, logger)
    } else if (rules.isCandidate(name)) {
      if (kind === 'file') candidates.push(path)
      if (kind === 'link') warnOfLink(logger, path)
    }
  }
}

export function warnOfLink(logger: Logger, path: string): void {
  logger.log('warn', 'a symbolic link is passed over; name the database itself', { path })
}

async function isDatabase(path: string, logger: Logger): Promise<boolean> {
  try {
    const looked = await lookAt(path)
    return looked !== null && looked.size >= HEADER_BYTES && (await hasSqliteHeader(path))
  } catch (error) {
    logger.log('warn', 'a file that may be a database cannot be read; it is passed over', {
      path,
      error: error instanceof Error ? error : String(error),
    })
    return false
  }
}
