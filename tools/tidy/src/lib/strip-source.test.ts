import assert from 'node:assert/strict'
import { test } from 'vitest'
import { stripSource } from './strip-source.ts'

const rows: readonly [situation: string, source: string, code: string][] = [
  ['line comment', 'a() // b()\nc()', 'a()       \nc()'],
  ['block comment over two lines', 'a /* b\nc */ d', 'a     \n     d'],
  ['comment marks in a string', "x = '// no' + y", "x = '     ' + y"],
  ['escaped quote', String.raw`x = 'it\'s' + y`, "x = '     ' + y"],
  ['nested template', 'x = `a ${f(`b ${c} d`)} e` + y', 'x = `  ${f(`  ${c}  `)}  ` + y'],
  ['object inside a template', 'x = `${g({ a: 1 })}t` + y', 'x = `${g({ a: 1 })} ` + y'],
  ['regular expression with a quote', 'x.replace(/[\'"]/g, y)', 'x.replace(/    /g, y)'],
  ['slash in a character class', 'x = /[/]/.test(y)', 'x = /   /.test(y)'],
  ['division', "a = b / c / d + 'e'", "a = b / c / d + ' '"],
  ['regular expression after return', 'return /a b/.test(c)', 'return /   /.test(c)'],
  ['division after a call', "f(x) / 2 + '/'", "f(x) / 2 + ' '"],
  ['interpreter line', '#!/usr/bin/env node\na', '                   \na'],
]

for (const [situation, source, code] of rows) {
  test(`stripSource: ${situation} → only code is left, at its place`, () => {
    assert.equal(stripSource(source).code, code)
  })
}

test('stripSource: comments and strings → each variant keeps what it says', () => {
  const stripped = stripSource("import 'a' // why\n")
  assert.equal(stripped.withoutComments, "import 'a'       \n")
  assert.equal(stripped.comments, '           // why\n')
})

test('stripSource: sources that end too early → no hang, same length', () => {
  for (const source of ["'abc", '`abc ${', '/* abc', 'a = /abc', '`${`${', "'\\"]) {
    assert.equal(stripSource(source).code.length, source.length)
  }
})
