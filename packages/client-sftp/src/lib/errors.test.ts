import assert from 'node:assert/strict'
import { test } from 'vitest'
import {
  diagnose,
  diagnoseRead,
  hasStatus,
  SftpConnectionError,
  SftpStatusError,
  ShortFileError,
  STATUS,
  WrongSizeError,
} from './errors.ts'

for (const [status, detail, code] of [
  [STATUS.permissionDenied, 'Permission denied', 'CLIENT_DENIED'],
  [STATUS.writeProtected, 'no', 'CLIENT_DENIED'],
  [STATUS.noSuchFile, 'No such file', 'CLIENT_UNEXPECTED'],
  [STATUS.failure, 'Failure', 'CLIENT_UNEXPECTED'],
  [STATUS.failure, 'No space left on device', 'CLIENT_FULL'],
  [STATUS.failure, 'Disk quota exceeded', 'CLIENT_FULL'],
  [STATUS.noSpace, 'x', 'CLIENT_FULL'],
  [STATUS.quotaExceeded, 'x', 'CLIENT_FULL'],
  [STATUS.connectionLost, 'x', 'CLIENT_UNREACHABLE'],
  [STATUS.noConnection, 'x', 'CLIENT_UNREACHABLE'],
  [STATUS.unsupported, 'x', 'CLIENT_UNEXPECTED'],
] as const) {
  test(`diagnose: status ${status}, ${detail} → ${code}`, () => {
    assert.equal(diagnose(new SftpStatusError(status, detail)).code, code)
  })
}

test('diagnose: something is gone that a write needs → try again', () => {
  assert.equal(diagnose(new SftpStatusError(STATUS.noSuchFile, 'x')).advice, 'retry')
})

test('diagnoseRead: a missing file is that; a forbidden one is not', () => {
  assert.equal(diagnoseRead(new SftpStatusError(STATUS.noSuchFile, 'x')).code, 'CLIENT_NOT_FOUND')
  assert.equal(diagnoseRead(new SftpStatusError(STATUS.permissionDenied, 'x')).code, 'CLIENT_DENIED')
})

test('diagnose: each trouble with the connection → its code', () => {
  const codes = (['unreachable', 'denied', 'busy', 'options'] as const).map(
    (trouble) => diagnose(new SftpConnectionError(trouble, 'x')).code,
  )
  assert.deepEqual(codes, ['CLIENT_UNREACHABLE', 'CLIENT_DENIED', 'CLIENT_BUSY', 'CLIENT_BAD_OPTIONS'])
})

test('diagnose: a file that ends early, a wrong size, anything else → their codes', () => {
  assert.equal(diagnose(new ShortFileError('x')).code, 'CLIENT_UNREACHABLE')
  assert.equal(diagnose(new WrongSizeError('x')).code, 'CLIENT_UNEXPECTED')
  assert.deepEqual(diagnose('a text'), { code: 'CLIENT_UNEXPECTED', hint: 'a text' })
})

test('hasStatus: any, one of several, or none of them', () => {
  const error = new SftpStatusError(STATUS.failure, 'x')
  assert.ok(hasStatus(error))
  assert.ok(hasStatus(error, STATUS.eof, STATUS.failure))
  assert.ok(!hasStatus(error, STATUS.eof))
  assert.ok(!hasStatus(new Error('x')))
})
