import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isReplicatorError, ReplicatorError, type ReplicatorErrorCode } from './errors.ts'

const advice: Readonly<Record<ReplicatorErrorCode, 'retry' | 'give-up'>> = {
  REPLICATOR_LOCKED: 'give-up',
  REPLICATOR_CONFLICT: 'give-up',
  REPLICATOR_TWO_NAMES: 'give-up',
  REPLICATOR_SHARED_REPLICA: 'give-up',
  REPLICATOR_OLD_SQLITE: 'give-up',
  REPLICATOR_NOT_WAL: 'retry',
  REPLICATOR_NOT_A_DATABASE: 'retry',
  REPLICATOR_BAD_SETTINGS: 'give-up',
  REPLICATOR_LOCAL_STATE: 'give-up',
  REPLICATOR_DISK: 'retry',
  REPLICATOR_ABSENT: 'retry',
  REPLICATOR_NOT_UPLOADED: 'retry',
  REPLICATOR_CLOSED: 'give-up',
  REPLICATOR_UNEXPECTED: 'retry',
}

for (const [code, expected] of Object.entries(advice)) {
  test(`ReplicatorError: ${code} → ${expected}`, () => {
    const error = new ReplicatorError(code as ReplicatorErrorCode, 'what was found')
    assert.equal(error.advice, expected)
    assert.equal(error.message, `${code}: what was found`)
  })
}

test('ReplicatorError: made with a cause → keeps it', () => {
  const cause = new Error('no space')
  assert.equal(new ReplicatorError('REPLICATOR_DISK', 'full', { cause }).cause, cause)
})

test('isReplicatorError: of another copy of this package → told by its name and code', () => {
  const other = Object.assign(new Error('busy'), { name: 'ReplicatorError', code: 'REPLICATOR_LOCKED' })
  assert.ok(isReplicatorError(other))
  assert.ok(isReplicatorError(other, 'REPLICATOR_LOCKED'))
  assert.ok(!isReplicatorError(other, 'REPLICATOR_DISK'))
})

for (const [what, value] of [
  ['an error of another class', new Error('REPLICATOR_LOCKED')],
  ['a plain object', { name: 'ReplicatorError', code: 'REPLICATOR_LOCKED' }],
  ['nothing', undefined],
] as const) {
  test(`isReplicatorError: ${what} → false`, () => assert.ok(!isReplicatorError(value)))
}
