import assert from 'node:assert/strict'
import { test } from 'vitest'
import { BACKOFF_SETTINGS, nextBackoff, NO_FAILURES, type BackoffState } from './backoff.ts'

const ALMOST_ONE = 1 - 2 ** -53

function ceilings(failures: number): number[] {
  let state = NO_FAILURES
  return Array.from({ length: failures }, () => {
    const step = nextBackoff(state, { elapsedMs: 0, random: ALMOST_ONE })
    state = step.state
    return Math.round(step.delayMs)
  })
}

test('nextBackoff: failure after failure → the ceiling doubles from 1 s and stops at 5 minutes', () => {
  assert.deepEqual(ceilings(11), [1e3, 2e3, 4e3, 8e3, 16e3, 32e3, 64e3, 128e3, 256e3, 300e3, 300e3])
})

test('nextBackoff: thousands of failures → still 5 minutes at most', () => {
  const state: BackoffState = { failures: 100_000, loggedAtMs: 0 }
  assert.equal(nextBackoff(state, { elapsedMs: 1, random: 0.5 }).delayMs, BACKOFF_SETTINGS.delayMsMax / 2)
})

test('nextBackoff: full jitter → anything from zero to the ceiling', () => {
  assert.equal(nextBackoff(NO_FAILURES, { elapsedMs: 0, random: 0 }).delayMs, 0)
  assert.equal(nextBackoff(NO_FAILURES, { elapsedMs: 0, random: 0.25 }).delayMs, 250)
})

test('nextBackoff: failures every 10 s → the first is logged, then every 30 s', () => {
  let state = NO_FAILURES
  const logged: number[] = []
  for (let elapsedMs = 5000; elapsedMs <= 75_000; elapsedMs += 10_000) {
    const step = nextBackoff(state, { elapsedMs, random: 0.5 })
    if (step.log) logged.push(elapsedMs)
    state = step.state
  }
  assert.deepEqual(logged, [5000, 35_000, 65_000])
})

test('nextBackoff: a failure after a success → logged at once', () => {
  const failed = nextBackoff(NO_FAILURES, { elapsedMs: 0, random: 0 })
  assert.equal(nextBackoff(failed.state, { elapsedMs: 1, random: 0 }).log, false)
  assert.equal(nextBackoff(NO_FAILURES, { elapsedMs: 1, random: 0 }).log, true)
})
