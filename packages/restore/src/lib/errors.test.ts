import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { isRestoreError, RestoreError } from './errors.ts'

test('isRestoreError: an error of this package → true for its code and for none', () => {
  const error = new RestoreError('RESTORE_GAP', 'a hole', { below: toTxid(4n) })
  assert.equal(isRestoreError(error), true)
  assert.equal(isRestoreError(error, 'RESTORE_GAP'), true)
  assert.equal(isRestoreError(error, 'RESTORE_EXISTS'), false)
  assert.equal(error.below, 4n)
  assert.equal(error.above, null)
  assert.match(error.message, /^RESTORE_GAP: a hole$/u)
})

test('isRestoreError: the same class of another copy → true', () => {
  const other = Object.assign(new Error('x'), { name: 'RestoreError', code: 'RESTORE_EXISTS' })
  assert.equal(isRestoreError(other, 'RESTORE_EXISTS'), true)
})

for (const other of [new Error('x'), null, 'RESTORE_GAP', { name: 'RestoreError', code: 'RESTORE_GAP' }]) {
  test(`isRestoreError: ${JSON.stringify(other)} → false`, () => assert.equal(isRestoreError(other), false))
}
