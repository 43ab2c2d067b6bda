import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseInteger } from './parse-integer.ts'

const rows: readonly [text: string, expected: number | string][] = [
  ['8', 8],
  ['-8', -8],
  ['+8', 8],
  ['0', 0],
  ['-0', 0],
  ['1_000', 1000],
  ['0x1F', 31],
  ['0x_1f', 31],
  ['0o17', 15],
  ['017', 15],
  ['0_17', 15],
  ['0b101', 5],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ['99999999999999999999', 'value out of range'],
  ['08', 'parse error'],
  ['1__0', 'parse error'],
  ['1_', 'parse error'],
  ['_1', 'parse error'],
  ['0x', 'parse error'],
  ['0b2', 'parse error'],
  ['1.5', 'parse error'],
  ['1e3', 'parse error'],
  ['', 'parse error'],
  ['x', 'parse error'],
]
for (const [text, expected] of rows) {
  test(`parseInteger: "${text}" → ${expected}`, () => {
    const result = parseInteger(text)
    assert.equal(result.kind === 'integer' ? result.value : result.because, expected)
  })
}
