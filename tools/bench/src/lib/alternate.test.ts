import assert from 'node:assert/strict'
import { test } from 'vitest'
import { abbaOrder } from './alternate.ts'

const rows: readonly [rounds: number, order: string][] = [
  [0, ''],
  [1, 'AB'],
  [2, 'ABBA'],
  [3, 'ABBAAB'],
  [4, 'ABBAABBA'],
]
for (const [rounds, order] of rows) {
  test(`abbaOrder: ${rounds} rounds → ${order === '' ? 'nobody' : order}`, () =>
    assert.equal(abbaOrder('A', 'B', rounds).join(''), order))
}
