import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'vitest'
import { EXCEPTIONS, TESTED_ELSEWHERE } from '../exceptions.ts'
import { EXPECTED_SKIPS } from '../expected-skips.ts'
import { checkRepository } from './check-repository.ts'
import { printFinding } from './finding.ts'
import { readRepository, repositoryOf } from './repository.ts'

const nothing = { exceptions: [], expectedSkips: [], testedElsewhere: [] }
const tree = { 'packages/x/src/index.ts': 'Date.now()' }

test('checkRepository: an exception with a reason → its finding is gone, others stay', () => {
  assert.equal(checkRepository(repositoryOf(tree), nothing).length, 1)
  const exception = { rule: 'ambient', path: 'packages/x/*', reason: 'a test' }
  assert.deepEqual(checkRepository(repositoryOf(tree), { ...nothing, exceptions: [exception] }), [])
  const about = { ...exception, about: 'Math.random' }
  assert.equal(checkRepository(repositoryOf(tree), { ...nothing, exceptions: [about] }).length, 2)
})

test('checkRepository: an exception that nothing needs → a finding', () => {
  const exceptions = [{ rule: 'size', path: 'packages/x/*', reason: 'a test' }]
  const found = checkRepository(repositoryOf({}), { ...nothing, exceptions })
  assert.match(found[0]?.message ?? '', /not needed/)
})

test('checkRepository: this repository → nothing is wrong', () => {
  const root = path.resolve(import.meta.dirname, '../../../..')
  const allowances = {
    exceptions: EXCEPTIONS,
    expectedSkips: EXPECTED_SKIPS,
    testedElsewhere: TESTED_ELSEWHERE,
  }
  assert.equal(checkRepository(readRepository(root), allowances).map(printFinding).join('\n'), '')
})
