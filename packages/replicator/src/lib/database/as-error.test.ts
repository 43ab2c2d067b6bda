import assert from 'node:assert/strict'
import { test } from 'vitest'
import { asError } from './as-error.ts'

test('asError: an error → itself; anything else → an error that says it', () => {
  const error = new TypeError('a test')
  assert.equal(asError(error), error)
  assert.equal(asError('a word').message, 'a word')
})
