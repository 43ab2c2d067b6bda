import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isFit, type Finding } from './finding.ts'

const finding = (result: Finding['result'], needed: boolean): Finding => ({
  check: 'a check',
  result,
  needed,
  found: '',
  means: '',
  durationMs: 1,
})

test('isFit: what is only good to have is missing → fit; something needed failed or was not reached → not', () => {
  assert.equal(isFit([finding('ok', true), finding('no', false), finding('skipped', false)]), true)
  assert.equal(isFit([finding('ok', true), finding('failed', true)]), false)
  assert.equal(isFit([finding('skipped', true)]), false)
})
