import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatDuration, parseDuration, shortDuration } from './duration.ts'

const parsed: readonly [text: string, milliseconds: number | null][] = [
  ['0', 0],
  ['-0', 0],
  ['1s', 1000],
  ['+1s', 1000],
  ['-1.5s', -1500],
  ['1h30m', 5_400_000],
  ['1m1s1ms1us1ns', 61_001.001001],
  ['1µs', 0.001],
  ['1μs', 0.001],
  ['.5s', 500],
  ['1.s', 1000],
  ['24h', 86_400_000],
  ['0.1ns', 0],
  ['', null],
  ['5', null],
  ['1d', null],
  ['10 s', null],
  ['s', null],
  ['.s', null],
  ['1S', null],
  ['--1s', null],
  ['1s ', null],
  ['9223372036854775807ns', 9_223_372_036_854.775],
  ['9223372036854775808ns', null],
]
for (const [text, milliseconds] of parsed) {
  test(`parseDuration: "${text}" → ${milliseconds}`, () => {
    const found = parseDuration(text)
    if (milliseconds === null || found === null) assert.equal(found, milliseconds)
    else assert.ok(Math.abs(found - milliseconds) <= Math.abs(milliseconds) * 1e-12, `${found}`)
  })
}

const formatted: readonly [milliseconds: number, text: string][] = [
  [0, '0s'],
  [0.000005, '5ns'],
  [0.0015, '1.5µs'],
  [500, '500ms'],
  [1000, '1s'],
  [1500, '1.5s'],
  [60_000, '1m0s'],
  [5_400_000, '1h30m0s'],
  [-3_600_000, '-1h0m0s'],
  [86_400_000, '24h0m0s'],
]
for (const [milliseconds, text] of formatted) {
  test(`formatDuration: ${milliseconds} ms → ${text}`, () => assert.equal(formatDuration(milliseconds), text))
}

const short: readonly [milliseconds: number, text: string][] = [
  [0, '0s'],
  [500, '500ms'],
  [60_000, '1m'],
  [61_000, '1m1s'],
  [600_000, '10m'],
  [3_600_000, '1h'],
  [3_610_000, '1h0m10s'],
  [72_000_000, '20h'],
  [-90_000, '-1m30s'],
]
for (const [milliseconds, text] of short) {
  test(`shortDuration: ${milliseconds} ms → ${text}`, () => {
    assert.equal(shortDuration(milliseconds), text)
    assert.equal(parseDuration(text), milliseconds)
  })
}
