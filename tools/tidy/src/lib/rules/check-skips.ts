import type { ExpectedSkip } from '../../expected-skips.ts'
import type { Finding } from '../finding.ts'
import { matchesPattern } from '../matches-pattern.ts'
import { isSource, lineAt, type Repository } from '../repository.ts'

const SKIP =
  /\b(?:test|it|describe|ctx|context|t)\s*\.\s*(?:concurrent\s*\.\s*)?(?:skip|skipIf|runIf)\b|\bskip\s*\(|\bskip:/g
const NEVER = /\b(?:test|it|describe)\s*\.\s*(?:only|todo|fails)\b|\bretry:/g

/** A test that does not run is counted: only what the list names may skip. Nothing is retried, and nothing runs alone. */
export function checkSkips(repository: Repository, expected: readonly ExpectedSkip[]): Finding[] {
  const findings: Finding[] = []
  for (const file of repository.files.keys()) {
    if (!isSource(file) || !file.endsWith('.test.ts')) continue
    const { code } = repository.stripped(file)
    for (const match of code.matchAll(NEVER)) {
      const message = `${match[0]} must not be committed: every test runs, once, and passes`
      findings.push({ path: `${file}:${lineAt(code, match.index)}`, rule: 'skip', message })
    }
    if (expected.some((skip) => matchesPattern(file, skip.file))) continue
    for (const match of code.matchAll(SKIP)) {
      const message = `${match[0].trim()} is not on the list; run the test, or explain it in tools/tidy/src/expected-skips.ts`
      findings.push({ path: `${file}:${lineAt(code, match.index)}`, rule: 'skip', message })
    }
  }
  for (const skip of expected) {
    const skips = [...repository.files.keys()].some(
      (file) => matchesPattern(file, skip.file) && repository.stripped(file).code.search(SKIP) !== -1,
    )
    if (skips) continue
    const message = `${skip.file} does not skip (any more); take it off the list`
    findings.push({ path: 'tools/tidy/src/expected-skips.ts', rule: 'skip', message })
  }
  return findings
}
