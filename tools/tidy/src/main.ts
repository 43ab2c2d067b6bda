// The repository checks itself: `pnpm tidy`. Prints one line per finding and exits 1 if there is one.
import path from 'node:path'
import { EXCEPTIONS, TESTED_ELSEWHERE } from './exceptions.ts'
import { EXPECTED_SKIPS } from './expected-skips.ts'
import { checkRepository } from './lib/check-repository.ts'
import { printFinding } from './lib/finding.ts'
import { readRepository } from './lib/repository.ts'

const repository = readRepository(path.resolve(import.meta.dirname, '../../..'))
const findings = checkRepository(repository, {
  exceptions: EXCEPTIONS,
  expectedSkips: EXPECTED_SKIPS,
  testedElsewhere: TESTED_ELSEWHERE,
})
for (const finding of findings) console.log(printFinding(finding))
console.log(
  findings.length === 0
    ? `tidy: ${repository.files.size} files, nothing to do`
    : `tidy: ${findings.length} findings`,
)
process.exitCode = findings.length === 0 ? 0 : 1
