import assert from 'node:assert/strict'
import { test } from 'vitest'
import { retryDelayMs } from './retry-delay.ts'

const always = (value: number): { next(): number; hex(): string } => ({ next: () => value, hex: () => '' })

for (const [attempt, ceilingMs] of [
  [0, 100],
  [1, 200],
  [5, 3200],
  [7, 10_000],
  [5000, 10_000],
] as const) {
  test(`retryDelayMs: retry ${attempt} → anything from 0 to ${ceilingMs} ms`, () => {
    assert.equal(retryDelayMs(attempt, always(0), 10_000), 0)
    assert.equal(retryDelayMs(attempt, always(0.5), 10_000), ceilingMs / 2)
  })
}
