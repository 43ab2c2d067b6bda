import type { Exception } from '../exceptions.ts'
import type { ExpectedSkip } from '../expected-skips.ts'
import type { Finding } from './finding.ts'
import { matchesPattern } from './matches-pattern.ts'
import type { Repository } from './repository.ts'
import { checkAmbient } from './rules/check-ambient.ts'
import { checkClientFiles } from './rules/check-client-files.ts'
import { checkDeadFiles } from './rules/check-dead-files.ts'
import { checkDoors } from './rules/check-doors.ts'
import { checkErrorCatalogue } from './rules/check-error-catalogue.ts'
import { checkFileNames } from './rules/check-file-names.ts'
import { checkImports } from './rules/check-imports.ts'
import { checkLinks } from './rules/check-links.ts'
import { checkManifests } from './rules/check-manifests.ts'
import { checkMarkers } from './rules/check-markers.ts'
import { checkSizes } from './rules/check-sizes.ts'
import { checkSkips } from './rules/check-skips.ts'
import { checkTestsBeside } from './rules/check-tests-beside.ts'

/** What the repository allows itself, each with its reason. */
export interface Allowances {
  readonly exceptions: readonly Exception[]
  readonly expectedSkips: readonly ExpectedSkip[]
  readonly testedElsewhere: readonly { readonly path: string; readonly by: string }[]
}

/** Runs every rule. What is left after the exceptions, sorted by path; an exception that excuses nothing is a finding. */
export function checkRepository(repository: Repository, allowances: Allowances): Finding[] {
  const all = [
    ...checkImports(repository),
    ...checkAmbient(repository),
    ...checkSizes(repository),
    ...checkFileNames(repository),
    ...checkClientFiles(repository),
    ...checkDoors(repository),
    ...checkTestsBeside(repository, allowances.testedElsewhere),
    ...checkDeadFiles(repository),
    ...checkMarkers(repository),
    ...checkSkips(repository, allowances.expectedSkips),
    ...checkManifests(repository),
    ...checkLinks(repository),
    ...checkErrorCatalogue(repository),
  ]
  const unused = new Set(allowances.exceptions)
  const left = all.filter((finding) => {
    const excuses = allowances.exceptions.filter((exception) => excused(finding, exception))
    for (const exception of excuses) unused.delete(exception)
    return excuses.length === 0
  })
  for (const { rule, path } of unused) {
    const message = `the exception of ${path} from ${rule} is not needed (any more); delete it`
    left.push({ path: 'tools/tidy/src/exceptions.ts', rule: 'exceptions', message })
  }
  return left.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function excused(finding: Finding, exception: Exception): boolean {
  if (finding.rule !== exception.rule) return false
  if (exception.about !== undefined && !finding.message.includes(exception.about)) return false
  return matchesPattern(finding.path.replace(/:\d+$/, ''), exception.path)
}
