import assert from 'node:assert/strict'
import { test } from 'vitest'
import { jsonText } from './json.ts'

const rows: readonly [situation: string, value: unknown, text: string][] = [
  ['an empty list', [], '[]\n'],
  ['an object', { a: 1, b: [true] }, '{\n  "a": 1,\n  "b": [\n    true\n  ]\n}\n'],
  ['characters of HTML', '<a href="x">&', '"\\u003ca href=\\"x\\"\\u003e\\u0026"\n'],
  ['line separators', 'a\u2028b\u2029', '"a\\u2028b\\u2029"\n'],
]
for (const [situation, value, text] of rows) {
  test(`jsonText: ${situation} → ${JSON.stringify(text)}`, () => assert.equal(jsonText(value), text))
}
