import assert from 'node:assert/strict'
import { test } from 'vitest'
import { repositoryOf } from '../repository.ts'
import { checkAmbient } from './check-ambient.ts'

const core = 'packages/format/src/lib/x.ts'

const rows: readonly [situation: string, file: string, source: string, fault: RegExp | null][] = [
  ['Date.now in the core', core, 'const t = Date.now()', /Date\.now: take a Clock/],
  ['new Date() in the core', core, 'const t = new Date()', /new Date/],
  ['new Date of a value', core, 'const t = new Date(timestampMs)', null],
  ['Math.random in the core', core, 'Math.random()', /take a Random/],
  ['setTimeout in the core', core, 'setTimeout(f, 1)', /clock\.sleep/],
  ['a method of that name', core, 'this.timers.setTimeout(f, 1)', null],
  ['a word in a comment', core, '// Date.now is banned', null],
  ['node:fs in the core', core, "import { readFile } from 'node:fs/promises'", /take Files/],
  ['fetch in the core', core, "await fetch('x')", /in a client/],
  ['a method called fetch', core, "await page.fetch('x')", null],
  ['performance.now in the core', core, 'performance.now()', /take a Clock/],
  ['process.env in the core', core, "process.env['X']", /only apps read the process/],
  ['a variable called process', core, 'process.isAlive()', null],
  ['node:fs in a client', 'packages/client-file/src/lib/x.ts', "import 'node:fs'", null],
  ['node:fs in client-core', 'packages/client-core/src/lib/x.ts', "import 'node:fs'", /take Files/],
  ['fetch in client-core/http', 'packages/client-core/src/lib/http/send.ts', "fetch('x')", null],
  ['console in a client', 'packages/client-file/src/lib/x.ts', 'console.log(1)', /only apps print/],
  ['the clock in env/node', 'packages/env/src/lib/node/clock.ts', 'Date.now()', null],
  ['the clock in env itself', 'packages/env/src/lib/clock.ts', 'Date.now()', /take a Clock/],
  ['console in an app', 'apps/cli/src/print/table.ts', 'console.log(1)', null],
  ['process.exit deep in an app', 'apps/cli/src/commands/x.ts', 'process.exit(1)', /only the main file/],
  ['process.exit in the main file', 'apps/cli/src/main.ts', 'process.exit(1)', null],
  ['a test', 'packages/format/src/lib/x.test.ts', 'Date.now()', null],
  ['a tool', 'tools/bench/src/x.ts', 'Date.now()', null],
]

for (const [situation, file, source, fault] of rows) {
  test(`checkAmbient: ${situation} → ${fault === null ? 'nothing' : 'a finding'}`, () => {
    const found = checkAmbient(repositoryOf({ [file]: source })).map((finding) => finding.message)
    if (fault === null) assert.deepEqual(found, [])
    else assert.match(found.join('\n'), fault)
  })
}
