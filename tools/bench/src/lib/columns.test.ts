import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatNumber } from './columns.ts'

const numbers: readonly [value: number, text: string][] = [
  [0, '0'],
  [7, '7'],
  [0.0123, '0.012'],
  [1.239, '1.24'],
  [61.234, '61.2'],
  [1234.5, '1235'],
  [-12.34, '-12.3'],
]
for (const [value, text] of numbers) {
  test(`formatNumber: ${value} → ${text}`, () => assert.equal(formatNumber(value), text))
}
