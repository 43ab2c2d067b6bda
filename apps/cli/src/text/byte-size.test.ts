import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseByteSize } from './byte-size.ts'

const rows: readonly [text: string, bytes: number | null][] = [
  ['0', 0],
  ['1024', 1024],
  ['1,024', 1024],
  ['5b', 5],
  ['5MB', 5_000_000],
  ['5m', 5_000_000],
  ['5MiB', 5_242_880],
  ['5mi', 5_242_880],
  ['1.5 KB', 1500],
  [' 2 GiB ', 2_147_483_648],
  ['.5k', 500],
  ['1.0001b', 1],
  ['8e', null],
  ['', null],
  ['-1', null],
  ['1e3', null],
  ['5 XB', null],
  ['1.2.3', null],
  ['MB', null],
  ['.', null],
]
for (const [text, bytes] of rows) {
  test(`parseByteSize: "${text}" → ${bytes}`, () => assert.equal(parseByteSize(text), bytes))
}
