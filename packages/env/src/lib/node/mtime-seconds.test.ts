import assert from 'node:assert/strict'
import { test } from 'vitest'
import { mtimeSeconds } from './mtime-seconds.ts'

/** What libuv makes of the seconds: whole ones, and the rest in nanoseconds, cut off. */
function storedNs(seconds: number): bigint {
  const whole = Math.floor(seconds)
  return BigInt(whole) * 1_000_000_000n + BigInt(Math.floor((seconds - whole) * 1e9))
}

test('mtimeSeconds: 100,000 milliseconds from all times → each lands in its own, within 2 µs of its start', () => {
  for (let i = 0; i < 100_000; i++) {
    const ms = i * 41_999_983 + (i % 1000) // up to the year 2103
    const ns = storedNs(mtimeSeconds(ms))
    assert.equal(ns / 1_000_000n, BigInt(ms))
    assert.ok(ns % 1_000_000n < 2000n)
  }
})

test('mtimeSeconds: 0 and before 1970 → above, not below', () => {
  assert.ok(mtimeSeconds(0) > 0)
  assert.equal(storedNs(mtimeSeconds(0)), 0n)
  assert.ok(mtimeSeconds(-1) > -0.001)
  assert.equal(storedNs(mtimeSeconds(-1500)), -1_500_000_000n)
})

test('mtimeSeconds: no whole millisecond → RangeError', () => {
  for (const ms of [0.5, NaN, Infinity, 2 ** 53]) assert.throws(() => mtimeSeconds(ms), RangeError)
})
