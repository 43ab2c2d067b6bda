import assert from 'node:assert/strict'
import { test } from 'vitest'
import { CompactorError, isCompactorError } from './errors.ts'

test('isCompactorError: one of ours, also from another copy of the package → true, with its code', () => {
  const ours = new CompactorError('COMPACT_GAP', 3, 'detail')
  const copy = Object.assign(new Error('x'), { name: 'CompactorError', code: 'COMPACT_GAP' })
  for (const error of [ours, copy]) {
    assert(isCompactorError(error))
    assert(isCompactorError(error, 'COMPACT_GAP'))
    assert(!isCompactorError(error, 'COMPACT_CONTAINED'))
  }
  assert.equal(ours.message, 'COMPACT_GAP: detail')
  assert.equal(ours.inputIndex, 3)
})

test('isCompactorError: anything else → false', () => {
  for (const other of [new Error('x'), { name: 'CompactorError' }, null]) assert(!isCompactorError(other))
})
