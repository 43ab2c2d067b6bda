import assert from 'node:assert/strict'
import { test } from 'vitest'
import { VERBS } from './verbs.ts'

test('VERBS: names → in alphabetical order', () => {
  assert.deepEqual(Object.keys(VERBS), Object.keys(VERBS).toSorted())
})

test('VERBS: each → can be loaded', async () => {
  for (const [name, verb] of Object.entries(VERBS)) {
    assert.equal(typeof (await verb.load()).run, 'function', name)
  }
})
