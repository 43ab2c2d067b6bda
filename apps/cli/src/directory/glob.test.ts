import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseGlob } from './glob.ts'

const rows: readonly (readonly [pattern: string, fits: readonly string[], fitsNot: readonly string[]])[] = [
  ['*.db', ['a.db', '.db', '.hidden.db', 'a b.db', 'ü.db'], ['a.DB', 'a.db-wal', 'a/b.db', 'db']],
  ['*', ['', 'a', '.a'], ['a/b']],
  ['a**b', ['ab', 'axxb'], ['a']],
  ['?.db', ['a.db', '😀.db'], ['.db', 'ab.db']],
  ['[a-c]x', ['ax', 'cx'], ['dx', 'Ax', 'x']],
  ['[^a-c]x', ['dx', '-x'], ['ax', 'x', '/x']],
  ['[!a]', ['!', 'a'], ['b']],
  ['[c-a]', [], ['a', 'b', 'c', '']],
  ['[^c-a]', ['a'], ['']],
  ['[a\\]b]', ['a', ']', 'b'], ['\\']],
  ['[\\-x]', ['-', 'x'], ['\\']],
  ['\\*.db', ['*.db'], ['a.db']],
  ['{a,b}.db', ['{a,b}.db'], ['a.db']],
  ['a.db', ['a.db'], ['axdb']],
  ['a$(1)+^|', ['a$(1)+^|'], ['a']],
  ['', [''], ['a']],
  [']', [']'], []],
]
for (const [pattern, fits, fitsNot] of rows) {
  test(`parseGlob: ${pattern} → fits what Go’s pattern fits`, () => {
    const matches = parseGlob(pattern)
    assert.ok(matches)
    assert.deepEqual(fits.filter(matches), fits)
    assert.deepEqual(fitsNot.filter(matches), [])
  })
}

for (const pattern of ['[', '[a', '[]', '[]a]', '[^]', '[-]', '[a-]', '[a-', '\\', '[\\', 'a[']) {
  test(`parseGlob: ${pattern} → malformed`, () => assert.equal(parseGlob(pattern), null))
}

test('parseGlob: a backslash on Windows → a character like any other', () => {
  assert.ok(parseGlob('a\\', true)?.('a\\'))
})

test('parseGlob: many stars against a long name → few looks at it', () => {
  // A matcher that goes back to every star would take years.
  assert.equal(parseGlob(`${'*a'.repeat(40)}*b`)?.('a'.repeat(255)), false)
  assert.equal(parseGlob(`${'*a'.repeat(40)}*b`)?.(`${'a'.repeat(254)}b`), true)
})
