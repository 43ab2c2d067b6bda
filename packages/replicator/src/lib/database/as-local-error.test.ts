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

test('asLocalError: a failure of another kind, or no error at all → as it is', () => {
  for (const other of [new Error('bug'), systemError('ENOENT', '/x'), 'text', null]) {
    assert.equal(asLocalError(other, '/state'), other)
  }
})
