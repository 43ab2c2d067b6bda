import assert from 'node:assert/strict'
import { test } from 'vitest'
import { planDormant, type DormantFacts } from './plan-dormant.ts'

const silent: DormantFacts = {
  path: 'a',
  resting: true,
  changedAtMs: 0,
  uploaded: true,
  watched: true,
  bytes: 4096,
  dormantAfterMs: 60_000,
  dormantBytesMax: 1_000_000,
}

const rows: readonly [situation: string, Partial<DormantFacts>, nowMs: number, sleeps: boolean][] = [
  ['silent for as long as the setting says', {}, 60_000, true],
  ['silent for a little less', {}, 59_999, false],
  ['something is under way', { resting: false }, 90_000, false],
  ['a local file is not uploaded', { uploaded: false }, 90_000, false],
  ['nobody would wake it', { watched: false }, 90_000, false],
  ['as large as allowed', { bytes: 1_000_000 }, 90_000, true],
  ['larger', { bytes: 1_000_001 }, 90_000, false],
  ['switched off', { dormantAfterMs: 0 }, 90_000_000, false],
]

for (const [situation, changed, nowMs, sleeps] of rows) {
  test(`planDormant: ${situation} → ${sleeps ? 'sleeps' : 'stays awake'}`, () => {
    assert.deepEqual(
      planDormant([{ ...silent, ...changed }], nowMs, { activeMax: 1, silentMsMin: 500 }),
      sleeps ? ['a'] : [],
    )
  })
}

test('planDormant: more than may be active → the longest silent ones sleep early, down to the limit', () => {
  const facts = [30, 10, 20, 40].map((changedAtMs) => ({
    ...silent,
    path: `changed at ${changedAtMs}`,
    changedAtMs,
  }))
  const limits = { activeMax: 2, silentMsMin: 500 }
  assert.deepEqual(planDormant(facts, 600, limits), ['changed at 10', 'changed at 20'])
  assert.deepEqual(planDormant(facts, 515, limits), ['changed at 10'])
})

test('planDormant: too many, but busy → nobody sleeps', () => {
  const facts = Array.from({ length: 5 }, (_, index) => ({ ...silent, path: `${index}`, uploaded: false }))
  assert.deepEqual(planDormant(facts, 90_000, { activeMax: 1, silentMsMin: 500 }), [])
})
