import assert from 'node:assert/strict'
import { test } from 'vitest'
import { exitCodeOf } from './io.ts'

test('exitCodeOf: each signal → what a shell reports', () => {
  assert.equal(exitCodeOf('SIGINT'), 130)
  assert.equal(exitCodeOf('SIGTERM'), 143)
})
