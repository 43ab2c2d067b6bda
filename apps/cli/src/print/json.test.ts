import assert from 'node:assert/strict'
import { test } from 'vitest'
import { jsonLine, jsonText } from './json.ts'

const rows: readonly [situation: string, value: unknown, text: string][] = [
  ['an empty list', [], '[]\n'],
  ['an object', { a: 1, b: [true] }, '{\n  "a": 1,\n  "b": [\n    true\n  ]\n}\n'],
  ['characters of HTML', '<a href="x">&', '"\\u003ca href=\\"x\\"\\u003e\\u0026"\n'],
  [
    'a transaction id beyond what a double holds',
    { txid: 2n ** 64n - 1n },
    '{\n  "txid": 18446744073709551615\n}\n',
  ],
  ['line separators', 'a\u2028b\u2029', '"a\\u2028b\\u2029"\n'],
]
for (const [situation, value, text] of rows) {
  test(`jsonText: ${situation} → ${JSON.stringify(text)}`, () => assert.equal(jsonText(value), text))
}

test('jsonLine: an object → one line, escaped in the same way', () => {
  assert.equal(jsonLine({ path: '/a&b', txid: 7n, list: [] }), '{"path":"/a\\u0026b","txid":7,"list":[]}\n')
})
