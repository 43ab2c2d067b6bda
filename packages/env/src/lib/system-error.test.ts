import assert from 'node:assert/strict'
import { test } from 'vitest'
import { systemError, systemErrorCode } from './system-error.ts'

test('systemError: made → looks like one of Node, with code, call and path', () => {
  const error = systemError('ENOENT', 'open', '/a')
  assert.equal(error.message, "ENOENT: no such file or directory, open '/a'")
  assert.deepEqual([error.code, error.syscall, error.path], ['ENOENT', 'open', '/a'])
  assert.equal(systemError('EINVAL', 'open', '/a', 'not a file').message, "EINVAL: not a file, open '/a'")
})

test('systemErrorCode: an error with a code → the code; anything else → null', () => {
  assert.equal(systemErrorCode(systemError('EIO', 'read', '/a')), 'EIO')
  for (const other of [
    new Error('x'),
    Object.assign(new Error('x'), { code: 5 }),
    { code: 'EIO' },
    null,
    'EIO',
  ]) {
    assert.equal(systemErrorCode(other), null)
  }
})
