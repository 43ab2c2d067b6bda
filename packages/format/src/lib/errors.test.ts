import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FormatError, isFormatError } from './errors.ts'

test('FormatError: made → carries code, offset and cause, and says them', () => {
  const cause = new Error('inner')
  const error = new FormatError('LTX_BAD_FIELD', 12, 'commit 0', { cause })
  assert.equal(error.code, 'LTX_BAD_FIELD')
  assert.equal(error.offset, 12)
  assert.equal(error.cause, cause)
  assert.equal(error.message, 'LTX_BAD_FIELD at byte 12: commit 0')
})

test('isFormatError: error of a second copy of this package → recognised by name and code', () => {
  const foreign = Object.assign(new Error('x'), { name: 'FormatError', code: 'LTX_TRUNCATED' })
  assert(isFormatError(foreign))
  assert(isFormatError(foreign, 'LTX_TRUNCATED'))
  assert(!isFormatError(foreign, 'LTX_BAD_MAGIC'))
})

test('isFormatError: anything else → false', () => {
  for (const other of [new Error('x'), null, 'FormatError', { name: 'FormatError' }])
    assert(!isFormatError(other))
})
