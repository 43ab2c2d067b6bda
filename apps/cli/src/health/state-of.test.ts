import assert from 'node:assert/strict'
import { test } from 'vitest'
import { stateOf } from './state-of.ts'

for (const [state, isMissing, shown] of [
  ['absent', false, 'waiting'],
  ['absent', true, 'missing'],
  ['failed', false, 'failed'],
  ['active', false, 'active'],
] as const) {
  test(`stateOf: ${state}, ${isMissing ? 'was there' : 'was not there'} → ${shown}`, () => {
    assert.equal(stateOf({ state, isMissing }), shown)
  })
}
