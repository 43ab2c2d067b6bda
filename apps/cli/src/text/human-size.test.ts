import assert from 'node:assert/strict'
import { test } from 'vitest'
import { humanSize } from './human-size.ts'

const rows: readonly [bytes: number, text: string][] = [
  [0, '0 B'],
  [9, '9 B'],
  [10, '10 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [4152, '4.2 kB'],
  [9999, '10 kB'],
  [32_768, '33 kB'],
  [16_512, '16 kB'],
  [17_500, '18 kB'],
  [5_000_000_000, '5.0 GB'],
  [Number.MAX_SAFE_INTEGER, '9.0 PB'],
]
for (const [bytes, text] of rows) {
  test(`humanSize: ${bytes} → ${text}`, () => assert.equal(humanSize(bytes), text))
}
