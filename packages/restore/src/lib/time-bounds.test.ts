import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fileInfo, listingOf } from '../../test/file-infos.ts'
import { isRestoreError } from './errors.ts'
import { checkTimeBounds, timeBounds } from './time-bounds.ts'

const listing = listingOf([fileInfo(9, 1, 5, 500), fileInfo(0, 3, 3, 300), fileInfo(1, 6, 9, 900)])

test('timeBounds: files at several levels → the oldest and the newest of all', () => {
  assert.deepEqual(timeBounds(listing), { earliestMs: 300, latestMs: 900 })
})

test('timeBounds: an empty replica → null', () => assert.equal(timeBounds(listingOf([])), null))

for (const timestampMs of [300, 500, 900]) {
  test(`checkTimeBounds: ${timestampMs} of 300 to 900 → fine`, () => checkTimeBounds(listing, timestampMs))
}

for (const timestampMs of [299, 901]) {
  test(`checkTimeBounds: ${timestampMs} of 300 to 900 → RESTORE_TIME_OUT_OF_RANGE`, () => {
    assert.throws(
      () => checkTimeBounds(listing, timestampMs),
      (error) => isRestoreError(error, 'RESTORE_TIME_OUT_OF_RANGE'),
    )
  })
}

test('checkTimeBounds: an empty replica → RESTORE_NOTHING', () => {
  assert.throws(
    () => checkTimeBounds(listingOf([]), 1),
    (error) => isRestoreError(error, 'RESTORE_NOTHING'),
  )
})
