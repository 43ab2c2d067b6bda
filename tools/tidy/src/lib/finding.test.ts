import assert from 'node:assert/strict'
import { test } from 'vitest'
import { printFinding } from './finding.ts'

test('printFinding: a finding → path, rule and message on one line', () => {
  assert.equal(printFinding({ path: 'a.ts:3', rule: 'size', message: 'too long' }), 'a.ts:3: size: too long')
})
