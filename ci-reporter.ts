import { appendFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

/**
 * Prints one plain closing line, "N passed, N failed, N skipped", after each skipped test's name and reason.
 * With CI_COUNTS set, appends the three numbers to that file, so that `.ci/run` can add its suites up.
 */
export default class CiReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const n = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const result = test.result()
        n[result.state]++
        if (result.state === 'skipped') {
          process.stdout.write(`skipped: ${test.fullName}${result.note === undefined ? '' : ` (${result.note})`}\n`)
        }
      }
      if (module.errors().length > 0) n.failed++
    }
    process.stdout.write(`\n${n.passed} passed, ${n.failed} failed, ${n.skipped} skipped\n`)
    const counts = process.env['CI_COUNTS']
    if (counts !== undefined) appendFileSync(counts, `${n.passed} ${n.failed} ${n.skipped}\n`)
  }
}
