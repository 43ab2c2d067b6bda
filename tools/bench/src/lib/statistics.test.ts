import assert from 'node:assert/strict'
import { test } from 'vitest'
import { median, percentile } from './statistics.ts'

const medians: readonly [situation: string, samples: number[], value: number][] = [
  ['one sample', [7], 7],
  ['an odd count out of order', [9, 1, 5], 5],
  ['an even count', [4, 1, 3, 2], 2.5],
  ['numbers that text would sort another way', [10, 9, 100], 10],
]
for (const [situation, samples, value] of medians) {
  test(`median: ${situation} → ${value}`, () => {
    const given = [...samples]
    assert.deepEqual(median(given), { value, samples })
    assert.deepEqual(given, samples, 'the samples keep their order')
  })
}

const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
const percentiles: readonly [situation: string, samples: number[], percent: number, value: number][] = [
  ['p50 of 1 to 100', hundred, 50, 50],
  ['p99 of 1 to 100', hundred, 99, 99],
  ['p99 of ten: the largest', [3, 1, 2, 10, 9, 8, 7, 6, 5, 4], 99, 10],
  ['p0: the smallest', hundred, 0, 1],
  ['p100: the largest', hundred, 100, 100],
]
for (const [situation, samples, percent, value] of percentiles) {
  test(`percentile: ${situation} → ${value}`, () => assert.equal(percentile(samples, percent).value, value))
}

test('median and percentile: no samples, or one that is no number → RangeError', () => {
  assert.throws(() => median([]), RangeError)
  assert.throws(() => percentile([], 99), RangeError)
  assert.throws(() => median([1, Number.NaN]), RangeError)
})
