import type { Finding } from '../finding.ts'
import { resolveRelative } from '../imports-of.ts'
import { isDoor, isSource, isTest, type Repository } from '../repository.ts'

/** Starts of programs and what a tool finds by its name. */
const ENTRY = /\.config\.ts$|^[^/]+\/[^/]+\/(?:bin|scripts|assembly|bench)\/|\.test\.ts$/
const LITERAL = /(['"`])([^'"`\n]+\.[cm]?[jt]s)\1/g

/** A file that nobody names is dead. Its own test does not count. */
export function checkDeadFiles(repository: Repository): Finding[] {
  const named = new Map<string, Set<string>>()
  const basenames = new Map<string, Set<string>>()
  for (const file of repository.files.keys()) {
    if (!isSource(file)) continue
    for (const match of repository.stripped(file).withoutComments.matchAll(LITERAL)) {
      const literal = match[2] ?? ''
      note(named, resolveRelative(file, literal), file)
      note(basenames, literal.split('/').at(-1) ?? '', file)
    }
  }
  return [...repository.files.keys()]
    .filter((file) => isSource(file) && !ENTRY.test(file) && !isDoor(file))
    .filter((file) => !isNamed(file, named.get(file)) && !isStarted(file, basenames))
    .map((file) => ({ path: file, rule: 'dead-file', message: 'nobody imports it; delete it' }))
}

function note(map: Map<string, Set<string>>, key: string, file: string): void {
  const known = map.get(key) ?? new Set<string>()
  known.add(file)
  map.set(key, known)
}

function isNamed(file: string, by: ReadonlySet<string> | undefined): boolean {
  const stem = file.replace(/\.[cm]?[jt]s$/, '')
  return [...(by ?? [])].some((other) => isTest(file) || !other.startsWith(`${stem}.`))
}

/** Started as a process or a worker: named in the same package without an import. */
function isStarted(file: string, basenames: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const base = file.split('/').at(-1) ?? ''
  const folder = file.split('/', 2).join('/')
  const stem = file.replace(/\.[cm]?[jt]s$/, '')
  const namedBy = [...(basenames.get(base) ?? [])].filter((other) => other.startsWith(`${folder}/`))
  return namedBy.some((other) => isTest(file) || !other.startsWith(`${stem}.`))
}
