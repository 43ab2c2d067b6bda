import assert from 'node:assert/strict'
import { test } from 'vitest'
import { measureFunctions } from './measure-functions.ts'

const body = '\n  a()\n  b()\n'
const rows: readonly [situation: string, code: string, lines: readonly number[]][] = [
  ['function', `function f() {${body}}`, [4]],
  ['function with a return type', `function f(a: number): Promise<void> {${body}}`, [4]],
  ['function with an object as return type', `function f(): { a: number } {${body}}`, [4]],
  ['type predicate', `function f(a: unknown): a is string {${body}}`, [4]],
  ['parameters over lines', `function f(\n  a: number,\n): void {${body}}`, [6]],
  ['method', `class A {\n  m(): void {${body}  }\n}`, [4]],
  ['arrow', `const f = (): void => {${body}}`, [4]],
  ['callback', `test('', () => {${body}})`, [4]],
  ['statements', `if (a) {${body}}\nfor (const x of y) {${body}}\nwhile (a) {${body}}`, []],
  ['conditional with an object', 'const x = a ? f(b) : { c: 1 }\nif (y) {\n}', []],
  ['call before a block', 'f(x)\n{\n}', []],
]

for (const [situation, code, lines] of rows) {
  test(`measureFunctions: ${situation} → ${lines.length} of ${lines.join(', ')} lines`, () => {
    assert.deepEqual(
      measureFunctions(code).map((found) => found.lines),
      lines,
    )
  })
}
