import assert from 'node:assert/strict'
import { test } from 'vitest'
import { systemError } from '../../../test/faulty-files.ts'
import { isReplicatorError } from '../errors.ts'
import { asLocalError } from './as-local-error.ts'

const rows: readonly [code: string, advice: RegExp][] = [
  ['ENOSPC', /free some space/],
  ['EDQUOT', /free some space/],
  ['EROFS', /meta-path/],
  ['EACCES', /write access/],
  ['EPERM', /write access/],
  ['EIO', /health/],
  ['EMFILE', /ulimit/],
  ['ENFILE', /open files/],
]

for (const [code, advice] of rows) {
  test(`asLocalError: ${code} → REPLICATOR_DISK with the place and what to do; the cause is kept`, () => {
    const cause = systemError(code, '/state/x')
    const error = asLocalError(cause, '/state')
    assert.ok(isReplicatorError(error, 'REPLICATOR_DISK'))
    assert.match(error.message, advice)
    assert.match(error.message, /\/state\/x/)
    assert.equal(error.cause, cause)
  })
}

test('asLocalError: a folder that cannot be made → told of read-only file systems, whatever Node calls it', () => {
  const cause = Object.assign(new Error('ENOENT'), {
    code: 'ENOENT',
    syscall: 'mkdir',
    path: '/ro/.app.db-litestream',
  })
  const error = asLocalError(cause, '/ro/.app.db-litestream')
  assert.ok(isReplicatorError(error, 'REPLICATOR_DISK'))
  assert.match(error.message, /read-only.*meta-path/)
})

for (const [facts, isTold] of [
  [{ code: 'SQLITE_READONLY' }, true],
  [{ code: 'SQLITE_READONLY_DIRECTORY' }, true],
  [{ code: 'SQLITE_CANTOPEN' }, true],
  [{ errcode: 14 }, true],
  [{ code: 'SQLITE_READONLY_DBMOVED' }, false],
  [{ code: 'SQLITE_BUSY' }, false],
] as const) {
  test(`asLocalError: SQLite fails with ${JSON.stringify(facts)} → ${isTold ? 'write access is asked for' : 'as it is'}`, () => {
    const cause = Object.assign(new Error('SQLite says no'), facts)
    const error = asLocalError(cause, '/state')
    if (!isTold) return assert.equal(error, cause)
    assert.ok(isReplicatorError(error, 'REPLICATOR_DISK'))
    assert.match(error.message, /write access to the file and to its folder .*SQLite says no/)
  })
}

test('asLocalError: a failure of another kind, or no error at all → as it is', () => {
  for (const other of [new Error('bug'), systemError('ENOENT', '/x'), 'text', null]) {
    assert.equal(asLocalError(other, '/state'), other)
  }
})
