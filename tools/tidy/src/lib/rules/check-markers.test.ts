import assert from 'node:assert/strict'
import { test } from 'vitest'
import { repositoryOf } from '../repository.ts'
import { checkMarkers } from './check-markers.ts'

const rows: readonly [situation: string, file: string, text: string, found: string[]][] = [
  ['marker in a comment', 'packages/x/src/a.ts', 'a()\n// FIXME: later\n', ['packages/x/src/a.ts:2 marker']],
  ['marker in a document', 'docs/x.md', 'TODO\n', ['docs/x.md:1 marker']],
  ['the word in a string', 'packages/x/src/a.ts', "const a = 'TODO'\n", []],
  ['a longer word', 'docs/x.md', 'TODOS\n', []],
  [
    'path of a machine',
    'packages/x/src/a.test.ts',
    "read('/home/me/x')\n",
    ['packages/x/src/a.test.ts:1 machine-path'],
  ],
  ['path of root', 'docs/x.md', 'in /root/.cache\n', ['docs/x.md:1 machine-path']],
  ['path that every machine has', 'docs/x.md', '/var/lib/app.db and ~/root/x and a/home/me/b\n', []],
]

for (const [situation, file, text, found] of rows) {
  test(`checkMarkers: ${situation} → ${found.length} findings`, () => {
    const findings = checkMarkers(repositoryOf({ [file]: text }))
    assert.deepEqual(
      findings.map((finding) => `${finding.path} ${finding.rule}`),
      found,
    )
  })
}
