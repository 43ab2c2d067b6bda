import assert from 'node:assert/strict'
import { test } from 'vitest'
import {
  nextCompactionAtMs,
  nextLevel,
  numberLevels,
  previousCompactionAtMs,
  previousLevel,
} from './levels.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const levels = numberLevels([{ intervalMs: 30 * SECOND }, { intervalMs: 5 * MINUTE }, { intervalMs: HOUR }])

test('numberLevels: three intervals → levels 1, 2, 3', () => {
  assert.deepEqual(
    levels.map(({ level }) => level),
    [1, 2, 3],
  )
})

test('numberLevels: eight levels → accepted, nine → RangeError', () => {
  const one = { intervalMs: SECOND }
  assert.equal(numberLevels(Array.from({ length: 8 }, () => one)).length, 8)
  assert.throws(() => numberLevels(Array.from({ length: 9 }, () => one)), RangeError)
})

for (const intervalMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
  test(`numberLevels: interval ${intervalMs} → RangeError`, () => {
    assert.throws(() => numberLevels([{ intervalMs }]), RangeError)
  })
}

test('previousLevel: of the snapshots → the highest configured level', () => {
  assert.equal(previousLevel(levels, 9), 3)
  assert.equal(previousLevel([], 9), 0)
})

test('previousLevel: of a level → the one below, of level 0 → RangeError', () => {
  assert.equal(previousLevel(levels, 3), 2)
  assert.equal(previousLevel(levels, 1), 0)
  assert.throws(() => previousLevel(levels, 0), RangeError)
})

test('nextLevel: of the highest configured level → the snapshots, of the snapshots → none', () => {
  assert.equal(nextLevel(levels, 0), 1)
  assert.equal(nextLevel(levels, 2), 3)
  assert.equal(nextLevel(levels, 3), 9)
  assert.equal(nextLevel(levels, 9), null)
})

const at = (text: string): number => Date.parse(text)

// Worked out by hand from Go's rule: whole intervals since 0001-01-01T00:00:00Z, a Monday.
const truncations: readonly [intervalMs: number, now: string, previous: string][] = [
  [30 * SECOND, '2024-05-01T10:00:59.999Z', '2024-05-01T10:00:30Z'],
  [30 * SECOND, '2024-05-01T10:00:30Z', '2024-05-01T10:00:30Z'],
  [HOUR, '2024-05-01T10:59:59Z', '2024-05-01T10:00:00Z'],
  [24 * HOUR, '2024-05-01T23:00:00Z', '2024-05-01T00:00:00Z'],
  [7 * 24 * HOUR, '2024-05-01T12:00:00Z', '2024-04-29T00:00:00Z'], // weeks begin on Monday: 0001-01-01 was one
  [7 * MINUTE, '1970-01-01T00:00:00Z', '1969-12-31T23:59:00Z'], // 62135596800 s mod 420 s is 60 s
  [30 * SECOND, '1969-12-31T23:59:59Z', '1969-12-31T23:59:30Z'],
]

for (const [intervalMs, now, previous] of truncations) {
  test(`previousCompactionAtMs: ${intervalMs / SECOND} s at ${now} → ${previous}, as in Go`, () => {
    assert.equal(previousCompactionAtMs(intervalMs, at(now)), at(previous))
    assert.equal(nextCompactionAtMs(intervalMs, at(now)), at(previous) + intervalMs)
  })
}
