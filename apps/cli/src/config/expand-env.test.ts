import assert from 'node:assert/strict'
import { test } from 'vitest'
import { expandEnv } from './expand-env.ts'

const source = {
  environment: { A: 'one', AB: 'two', EMPTY: '', PID: '1', 'a b': 'spaced', '1': 'x' },
  processId: 77,
}

const rows: readonly [text: string, expanded: string][] = [
  ['plain', 'plain'],
  ['$A', 'one'],
  ['${A}B', 'oneB'],
  ['$AB', 'two'],
  ['$A.$A', 'one.one'],
  ['x$UNSET.y', 'x.y'],
  ['x${EMPTY}y', 'xy'],
  ['$PID', '77'],
  ['${a b}', 'spaced'],
  ['$1a', 'xa'],
  ['$$A', 'A'],
  ['\\$A', '\\one'],
  ['a$', 'a$'],
  ['a$ b', 'a$ b'],
  ['a$.b', 'a$.b'],
  ['a${}b', 'ab'],
  ['a${b', 'ab'],
  ['$é', '$é'],
  ['# a comment with ${A}', '# a comment with one'],
]
for (const [text, expanded] of rows) {
  test(`expandEnv: ${text} → ${expanded}`, () => assert.equal(expandEnv(text, source), expanded))
}
