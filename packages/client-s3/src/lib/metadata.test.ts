import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fileMetadata, timesOf } from './metadata.ts'

test('fileMetadata: a time, with and without an earliest one → as Litestream writes it, and read again', () => {
  assert.deepEqual(fileMetadata(1_700_000_000_120, undefined), {
    'litestream-timestamp': '2023-11-14T22:13:20.12Z',
  })
  const both = fileMetadata(1_700_000_000_000, 1_600_000_000_001)
  assert.deepEqual(both, {
    'litestream-timestamp': '2023-11-14T22:13:20Z',
    'ltx-earliest-timestamp': '2020-09-13T12:26:40.001Z',
  })
  assert.deepEqual(timesOf(both), { createdAtMs: 1_700_000_000_000, earliestAtMs: 1_600_000_000_001 })
})

test('timesOf: none, or not a time → null, so that nobody takes another time for it', () => {
  assert.deepEqual(timesOf(undefined), { createdAtMs: null, earliestAtMs: undefined })
  assert.deepEqual(timesOf({ 'litestream-timestamp': 'yesterday' }), {
    createdAtMs: null,
    earliestAtMs: undefined,
  })
})

test('timesOf: nine digits and an offset, as Go writes → rounded down to the millisecond', () => {
  const { createdAtMs } = timesOf({ 'litestream-timestamp': '2023-11-14T23:13:20.123999999+01:00' })
  assert.equal(createdAtMs, 1_700_000_000_123)
})
