import assert from 'node:assert/strict'
import { test } from 'vitest'
import { loadTrimMemory } from './trim-memory.ts'

test('loadTrimMemory: the addon is there → its call', () => {
  assert.equal(loadTrimMemory(() => ({ trimMemory: () => true }))?.(), true)
})

const absent: readonly [situation: string, load: () => unknown][] = [
  ['not installed', () => assert.fail('MODULE_NOT_FOUND')],
  ['no build for this machine', () => ({ native: undefined, trimMemory: undefined })],
  ['an older addon', () => ({ native: {} })],
  ['another module altogether', () => null],
]

for (const [situation, load] of absent) {
  test(`loadTrimMemory: ${situation} → null`, () => assert.equal(loadTrimMemory(load), null))
}
