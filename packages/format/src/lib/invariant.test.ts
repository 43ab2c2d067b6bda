import assert from 'node:assert/strict'
import { test } from 'vitest'
import { invariant } from './invariant.ts'

test('invariant: holds → nothing', () => invariant(1 < 2, 'order'))

test('invariant: broken → throws with its words', () => {
  assert.throws(() => invariant(1 > 2, 'order of numbers'), /order of numbers/)
})
