import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fileMetadata, timesOf } from './metadata.ts'

test('metadata: times of a file → headers as Litestream writes them, and back', () => {
  const headers = fileMetadata(1_700_000_000_120, 1_600_000_000_000)
  assert.deepEqual(headers, {
    'x-oss-meta-litestream-timestamp': '2023-11-14T22:13:20.12Z',
    'x-oss-meta-ltx-earliest-timestamp': '2020-09-13T12:26:40Z',
  })
  assert.deepEqual(timesOf(headers), { createdAtMs: 1_700_000_000_120, earliestAtMs: 1_600_000_000_000 })
})

test('metadata: none, or no times → not known', () => {
  assert.deepEqual(timesOf({}), { createdAtMs: null, earliestAtMs: undefined })
  assert.deepEqual(timesOf({ 'x-oss-meta-litestream-timestamp': 'soon' }), {
    createdAtMs: null,
    earliestAtMs: undefined,
  })
  assert.deepEqual(Object.keys(fileMetadata(0, undefined)), ['x-oss-meta-litestream-timestamp'])
})
