import assert from 'node:assert/strict'
import { test } from 'vitest'
import { goQuote } from './go-quote.ts'

const rows: readonly [situation: string, text: string, quoted: string][] = [
  ['plain words', 'plain words', '"plain words"'],
  ['nothing', '', '""'],
  ['quotes and backslashes', 'a"b\\c', '"a\\"b\\\\c"'],
  ['line ends and tabs', 'a\nb\tc\r', '"a\\nb\\tc\\r"'],
  ['an escape sequence for a terminal', '\u001b[31m', '"\\x1b[31m"'],
  ['letters beyond ASCII', 'größe 日本 🙂', '"größe 日本 🙂"'],
  ['a space that is not the plain one', '\u00a0\u2028', '"\\u00a0\\u2028"'],
]

for (const [situation, text, quoted] of rows) {
  test(`goQuote: ${situation} → ${JSON.stringify(quoted)}`, () => assert.equal(goQuote(text), quoted))
}
