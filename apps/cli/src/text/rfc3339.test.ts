import assert from 'node:assert/strict'
import { afterEach, test } from 'vitest'
import { formatLocal, formatSeconds, parseRfc3339, withoutFraction } from './rfc3339.ts'

const rows: readonly [text: string, expected: string | null][] = [
  ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
  ['2026-01-02T03:04:05.123Z', '2026-01-02T03:04:05.123Z'],
  ['2026-01-02T03:04:05.1239Z', '2026-01-02T03:04:05.124Z'],
  ['2026-01-02T03:04:05.123000001Z', '2026-01-02T03:04:05.124Z'],
  ['2026-01-02T03:04:05.9999Z', '2026-01-02T03:04:06.000Z'],
  ['2026-01-02T03:04:05.5+02:00', '2026-01-02T01:04:05.500Z'],
  ['2026-01-02T03:04:05-01:30', '2026-01-02T04:34:05.000Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['2026-02-29T00:00:00Z', null],
  ['2026-13-01T00:00:00Z', null],
  ['2026-01-01T24:00:00Z', null],
  ['2026-01-01T00:00:60Z', null],
  ['2026-01-02 03:04:05Z', null],
  ['2026-01-02T03:04:05', null],
  ['2026-01-02', null],
  ['yesterday', null],
]
for (const [text, expected] of rows) {
  test(`parseRfc3339: ${text} → ${expected}`, () => {
    const found = parseRfc3339(text)
    assert.equal(found === null ? null : new Date(found).toISOString(), expected)
  })
}

test('formatSeconds: a time with milliseconds → whole seconds, rounded down', () => {
  assert.equal(formatSeconds(Date.parse('2026-01-02T03:04:05.999Z')), '2026-01-02T03:04:05Z')
})

const zone = process.env['TZ']
afterEach(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

const zones: readonly [zone: string, text: string][] = [
  ['UTC', '2026-01-02T03:04:05.678Z'],
  ['Asia/Kolkata', '2026-01-02T08:34:05.678+05:30'],
  ['America/St_Johns', '2026-01-01T23:34:05.678-03:30'],
]
for (const [name, text] of zones) {
  test(`formatLocal: in ${name} → ${text}`, () => {
    process.env['TZ'] = name
    assert.equal(formatLocal(Date.parse('2026-01-02T03:04:05.678Z')), text)
  })
}

test('withoutFraction: times with and without one → whole seconds, the offset stays', () => {
  assert.equal(withoutFraction('2026-01-02T03:04:05.123456789+01:00'), '2026-01-02T03:04:05+01:00')
  assert.equal(withoutFraction('2026-01-02T03:04:05Z'), '2026-01-02T03:04:05Z')
})
