import { nearestWord } from '@ltx/client-core'
import { LOG_LEVELS, logLevelNamed } from '../log/log-level.ts'
import { goQuote } from '../text/go-quote.ts'
import { idOf, keyPlace, type DatabaseConfig } from './config.ts'
import type { Section } from './given.ts'

/** What is allowed, known and of the right kind, and still cannot be meant. */
export function configWarnings(
  file: string,
  root: Section,
  databases: readonly DatabaseConfig[],
): readonly string[] {
  return [...unknownLogLevel(file, root), ...databases.flatMap((database) => idleKeys(file, database))]
}

/** Litestream takes any other word for `info`, and so do we, but not in silence. */
function unknownLogLevel(file: string, root: Section): string[] {
  const logging = root.section('logging')
  const level = logging.text('level')
  if (level === '' || logLevelNamed(level) !== null) return []
  const nearest = nearestWord(level.toLowerCase(), LOG_LEVELS)
  const hint = nearest === null ? `known are ${LOG_LEVELS.join(', ')}` : `did you mean ${nearest}?`
  return [`${keyPlace(file, logging, 'level')}: logging.level: ${goQuote(level)} counts as info; ${hint}`]
}

/** Keys that go with `dir` in an entry without it, and the other way round. */
function idleKeys(file: string, database: DatabaseConfig): string[] {
  const { section, directory } = database
  const isDirectory = directory !== ''
  const idle = isDirectory
    ? [section.isOn('restore-if-db-not-exists') ? 'restore-if-db-not-exists' : '']
    : [section.text('pattern') === '' ? '' : 'pattern', section.isOn('recursive') ? 'recursive' : '']
  const partner = isDirectory ? 'path' : 'dir'
  return idle
    .filter((name) => name !== '')
    .map(
      (name) =>
        `${keyPlace(file, section, name)}: dbs[${idOf(database)}].${name} has no effect: it goes with ${partner}`,
    )
}
