import type { Finding } from '../finding.ts'
import { hasBehaviour } from '../has-behaviour.ts'
import { matchesPattern } from '../matches-pattern.ts'
import { isDoor, isSource, isTest, type Repository } from '../repository.ts'

/** Every source with behaviour has a test beside it, or is named with the test that covers it. */
export function checkTestsBeside(
  repository: Repository,
  testedElsewhere: readonly { readonly path: string; readonly by: string }[],
): Finding[] {
  const findings: Finding[] = []
  for (const file of repository.files.keys()) {
    if (!needsTest(repository, file)) continue
    const stem = file.slice(0, -'.ts'.length)
    const beside = [...repository.files.keys()].some(
      (other) => other.startsWith(`${stem}.`) && other.endsWith('.test.ts'),
    )
    if (beside || testedElsewhere.some(({ path }) => matchesPattern(file, path))) continue
    const name = `${stem.split('/').at(-1)}.test.ts`
    findings.push({ path: file, rule: 'tests', message: `no test; write ${name} beside it` })
  }
  for (const { path, by } of testedElsewhere) {
    const test = [...repository.files.keys()].some((file) => matchesPattern(file, by))
    if (!test)
      findings.push({
        path: 'tools/tidy/src/exceptions.ts',
        rule: 'tests',
        message: `${path} is said to be tested by ${by}, which is not there`,
      })
  }
  return findings
}

/** Commands of an app are tested by the golden pairs; doors by everything behind them; tools by running them. */
function needsTest(repository: Repository, file: string): boolean {
  if (!isSource(file) || isTest(file) || isDoor(file) || file.endsWith('.wasm.ts')) return false
  if (!/^packages\/[^/]+\/src\/|^tools\/tidy\/src\/|^apps\/[^/]+\/src\/(?!commands\/)/.test(file))
    return false
  return hasBehaviour(repository.stripped(file).code)
}
