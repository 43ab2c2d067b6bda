import assert from 'node:assert/strict'
import { test } from 'vitest'
import { CommandError, describeError } from './errors.ts'

const rows: readonly [situation: string, error: unknown, text: string][] = [
  ['an error', new Error('cannot read'), 'cannot read'],
  ['a cause', new Error('cannot read', { cause: new Error('EIO') }), 'cannot read: EIO'],
  ['a cause already said', new Error('cannot read: EIO', { cause: new Error('EIO') }), 'cannot read: EIO'],
  [
    'a cause already said without its code',
    new Error('cannot restore: page 3 is missing', {
      cause: new Error('RESTORE_CORRUPT: page 3 is missing'),
    }),
    'cannot restore: page 3 is missing',
  ],
  [
    'the same behind a code in both',
    new Error('RESTORE_CORRUPT: page 3 is missing', {
      cause: new Error('LTX_BAD_FIELD: page 3 is missing', { cause: new Error('EIO') }),
    }),
    'RESTORE_CORRUPT: page 3 is missing: EIO',
  ],
  ['a secret in a URL', new Error('cannot reach sftp://u:SEC RET@h/x'), 'cannot reach sftp://u:xxxxx@h/x'],
  ['not an error', 'text', 'text'],
  ['nothing', undefined, 'unknown error'],
]
for (const [situation, error, text] of rows) {
  test(`describeError: ${situation} → ${text}`, () => assert.equal(describeError(error), text))
}

test('describeError: an error that is its own cause → ends', () => {
  const error = new Error('round')
  error.cause = error
  assert.equal(describeError(error), 'round')
})

test('describeError: a conflict of two writers → without what the storage says of its temporary files', () => {
  const cause = new Error(
    "CLIENT_EXISTS: cannot write: EEXIST: file already exists, link '/r/a.tmp' -> '/r/a'",
  )
  const conflict = Object.assign(
    new Error('REPLICATOR_CONFLICT: another process writes to file:///r', { cause }),
    {
      code: 'REPLICATOR_CONFLICT',
    },
  )
  const text = 'cannot sync: REPLICATOR_CONFLICT: another process writes to file:///r'
  assert.equal(describeError(new Error('cannot sync', { cause: conflict })), text)
})

test('CommandError: with a hint → carries it', () => {
  assert.equal(new CommandError('path required', { hint: 'ltx ltx /path' }).hint, 'ltx ltx /path')
  assert.equal(new CommandError('no').hint, undefined)
})
