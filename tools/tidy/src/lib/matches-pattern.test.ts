import assert from 'node:assert/strict'
import { test } from 'vitest'
import { matchesPattern } from './matches-pattern.ts'

const rows: readonly [path: string, pattern: string, fits: boolean][] = [
  ['client-s3', 'client-*', true],
  ['client', 'client-*', false],
  ['a/b/c.ts', 'a/*', true],
  ['a.ts', 'a*ts', true],
  ['axts', 'a.ts', false],
  ['xa.ts', 'a.ts', false],
]

for (const [path, pattern, fits] of rows) {
  test(`matchesPattern: ${path} against ${pattern} → ${fits}`, () => {
    assert.equal(matchesPattern(path, pattern), fits)
  })
}
