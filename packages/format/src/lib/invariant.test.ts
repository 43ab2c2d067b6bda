import assert from 'node:assert/strict'
import { test } from 'vitest'
import { invariant } from './invariant.ts'

const numbers = [1, 2]

test('invariant: holds → nothing', () => {
  assert.doesNotThrow(() => invariant(numbers.length === 2, 'two numbers'))
})

test('invariant: broken → throws with its words', () => {
  assert.throws(() => invariant(numbers.length === 3, 'three numbers'), /three numbers/)
})
