import assert from 'node:assert/strict'
import { toTxid } from '@ltx/format'
import { test } from 'vitest'
import { isRestoreError } from './errors.ts'
import { checkTarget, describeTarget, formatTime, LATEST } from './restore-target.ts'

for (const timestampMs of [Number.NaN, Infinity, 8.64e15 + 1]) {
  test(`checkTarget: the moment ${timestampMs} → RESTORE_BAD_OPTIONS`, () => {
    assert.throws(
      () => checkTarget({ kind: 'timestamp', timestampMs }),
      (error) => isRestoreError(error, 'RESTORE_BAD_OPTIONS'),
    )
  })
}

test('checkTarget: the last moment of a Date, a TXID, the latest state → fine', () => {
  checkTarget({ kind: 'timestamp', timestampMs: 8.64e15 })
  checkTarget({ kind: 'txid', txid: toTxid(1n) })
  checkTarget(LATEST)
})

test('describeTarget: each kind → words for a message', () => {
  assert.equal(describeTarget(LATEST), 'the latest state')
  assert.equal(describeTarget({ kind: 'txid', txid: toTxid(255n) }), 'transaction 00000000000000ff')
  assert.equal(
    describeTarget({ kind: 'timestamp', timestampMs: 0 }),
    'the state before 1970-01-01T00:00:00.000Z',
  )
})

test('formatTime: a time that no Date can hold → its number, not an exception', () => {
  assert.equal(formatTime(1e17), '100000000000000000 ms')
})
