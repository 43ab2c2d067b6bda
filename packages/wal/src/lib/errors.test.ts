import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isWalError, WalError } from './errors.ts'

test('WalError: made → has code, place, cause and a message with all three', () => {
  const cause = new Error('below')
  const error = new WalError('WAL_BAD_MAGIC', 0, 'found 0x00000000', { cause })
  assert.equal(error.message, 'WAL_BAD_MAGIC at byte 0: found 0x00000000')
  assert.equal(error.offset, 0)
  assert.equal(error.cause, cause)
})

test('isWalError: one of another copy of the package → recognised by name and code', () => {
  const foreign = Object.assign(new Error('x'), { name: 'WalError', code: 'WAL_BAD_MAGIC' })
  assert.ok(isWalError(foreign))
  assert.ok(isWalError(foreign, 'WAL_BAD_MAGIC'))
  assert.ok(!isWalError(foreign, 'WAL_BAD_VERSION'))
})

test('isWalError: anything else → no', () => {
  for (const other of [new Error('x'), null, 'WalError', { name: 'WalError' }]) assert.ok(!isWalError(other))
})
