import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatTimestamp, parseTimestamp } from './timestamp-text.ts'

for (const [timestampMs, text] of [
  [0, '1970-01-01T00:00:00Z'],
  [1_700_000_000_123, '2023-11-14T22:13:20.123Z'],
  [1_700_000_000_120, '2023-11-14T22:13:20.12Z'],
  [1_700_000_000_100, '2023-11-14T22:13:20.1Z'],
  [1_700_000_000_000, '2023-11-14T22:13:20Z'],
  [1_700_000_000_001, '2023-11-14T22:13:20.001Z'],
  [-1, '1969-12-31T23:59:59.999Z'],
  [-62_167_219_200_000, '0000-01-01T00:00:00Z'],
  [253_402_300_799_999, '9999-12-31T23:59:59.999Z'],
] as const) {
  test(`timestamp text: ${timestampMs} ms → ${text}, and back`, () => {
    assert.equal(formatTimestamp(timestampMs), text)
    assert.equal(parseTimestamp(text), timestampMs)
  })
}

for (const timestampMs of [-62_167_219_200_001, 253_402_300_800_000, 0.5, Number.NaN, Infinity]) {
  test(`formatTimestamp: ${timestampMs} ms → RangeError`, () => {
    assert.throws(() => formatTimestamp(timestampMs), RangeError)
  })
}

for (const [text, timestampMs] of [
  ['2023-11-14T22:13:20.123456789Z', 1_700_000_000_123],
  ['2023-11-14T22:13:20.1239999999999Z', 1_700_000_000_123],
  ['2023-11-14T23:13:20+01:00', 1_700_000_000_000],
  ['2023-11-14T16:43:20.5-05:30', 1_700_000_000_500],
  ['2024-02-29T00:00:00Z', 1_709_164_800_000],
  ['0001-01-01T00:00:00Z', -62_135_596_800_000],
] as const) {
  test(`parseTimestamp: ${text} → ${timestampMs} ms`, () => assert.equal(parseTimestamp(text), timestampMs))
}

for (const text of [
  '',
  '2023-11-14',
  '2023-11-14 22:13:20Z',
  '2023-11-14T22:13:20',
  '2023-11-14T22:13:20.Z',
  '2023-02-29T00:00:00Z',
  '2023-13-01T00:00:00Z',
  '2023-11-14T24:00:00Z',
  '2023-11-14T22:60:00Z',
  '2023-11-14T22:13:60Z',
  '2023-11-14T22:13:20+24:00',
  '2023-11-14T22:13:20Z\n',
  'Tue, 14 Nov 2023 22:13:20 GMT',
]) {
  test(`parseTimestamp: ${JSON.stringify(text)} → null`, () => assert.equal(parseTimestamp(text), null))
}
