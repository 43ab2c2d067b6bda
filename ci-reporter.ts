import { appendFileSync } from 'node:fs'
import path from 'node:path'
import type { Reporter, TestCase, TestModule } from 'vitest/node'
import { EXPECTED_SKIPS } from './tools/tidy/src/expected-skips.ts'
import { matchesPattern } from './tools/tidy/src/lib/matches-pattern.ts'

/**
 * Prints one plain closing line, "N passed, N failed, N skipped", after each skipped test's name and reason.
 * With CI_COUNTS set, appends the three numbers to that file, so that `.ci/run` can add its suites up; then a skipped
 * test that tools/tidy/src/expected-skips.ts does not name counts as failed, and so does a suite without tests.
 */
export default class CiReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = process.env['CI_COUNTS']
    const n = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const result = test.result()
        if (result.state !== 'skipped') {
          n[result.state]++
          continue
        }
        const expected = isExpected(module, test)
        n[expected || counts === undefined ? 'skipped' : 'failed']++
        const note = result.note === undefined ? '' : ` (${result.note})`
        print(`skipped${expected ? '' : ', which is not expected'}: ${test.fullName}${note}`)
      }
      if (module.errors().length > 0) n.failed++
    }
    n.failed += n.pending // a test that never ended
    if (counts !== undefined && n.passed + n.failed + n.skipped === 0) {
      n.failed++
      print('no test was found')
    }
    print(`\n${n.passed} passed, ${n.failed} failed, ${n.skipped} skipped`)
    if (n.failed > 0) process.exitCode = 1
    if (counts !== undefined) appendFileSync(counts, `${n.passed} ${n.failed} ${n.skipped}\n`)
  }
}

function isExpected(module: TestModule, test: TestCase): boolean {
  const file = path.relative(import.meta.dirname, module.moduleId).replaceAll(path.sep, '/')
  return EXPECTED_SKIPS.some((skip) => matchesPattern(file, skip.file) && test.fullName.includes(skip.test))
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
