import assert from 'node:assert/strict'
import { test } from 'vitest'
import { planDormant, type DormantFacts, type DormantPlan } from './plan-dormant.ts'

const ready: DormantFacts = {
  path: '/data/app.db',
  resting: true,
  changedAtMs: 0,
  uploaded: true,
  sealed: true,
  watched: true,
  bytes: 1000,
  dormantAfterMs: 60_000,
  dormantBytesMax: 1000,
}
const path = ready.path
const awake = { sleep: [], seal: [], nextAtMs: null }

const rows: readonly [situation: string, facts: Partial<DormantFacts>, nowMs: number, plan: DormantPlan][] = [
  ['silent for exactly long enough', {}, 60_000, { sleep: [path], seal: [], nextAtMs: null }],
  ['a millisecond short', {}, 59_999, { ...awake, nextAtMs: 60_000 }],
  ['not uploaded', { uploaded: false }, 90_000, awake],
  ['not sealed', { sealed: false }, 90_000, { sleep: [], seal: [path], nextAtMs: null }],
  ['a sync under way', { resting: false }, 90_000, awake],
  ['nobody would wake it', { watched: false }, 90_000, awake],
  ['one byte too large', { bytes: 1001 }, 90_000, awake],
  ['dormancy switched off', { dormantAfterMs: 0 }, 90_000, awake],
]

for (const [situation, facts, nowMs, plan] of rows) {
  test(`planDormant: ${situation} → ${plan.sleep.length > 0 ? 'may sleep' : 'stays awake'}`, () => {
    assert.deepEqual(planDormant([{ ...ready, ...facts }], nowMs), plan)
  })
}

test('planDormant: several databases → the longest silent first, and the time of the next one', () => {
  const databases = [3000, 1000, 70_000, 2000, 50_000].map((changedAtMs, index) => ({
    ...ready,
    path: `${index}.db`,
    changedAtMs,
  }))
  assert.deepEqual(planDormant(databases, 100_000), {
    sleep: ['1.db', '3.db', '0.db'],
    seal: [],
    nextAtMs: 110_000,
  })
})

test('planDormant: no databases → nothing to do', () => {
  assert.deepEqual(planDormant([], 1), awake)
})
