import assert from 'node:assert/strict'
import { test } from 'vitest'
import { systemErrorCode } from '../system-error.ts'
import { SimFaults } from './sim-faults.ts'

const codeOf = (act: () => void): string | null => {
  try {
    act()
    return 'none'
  } catch (error) {
    return systemErrorCode(error)
  }
}

test('SimFaults, failNext: ordered twice → two failures, in order, then none', () => {
  const faults = new SimFaults()
  faults.failNext('write', 'EIO')
  faults.failNext('write', 'ENOSPC')
  assert.equal(
    codeOf(() => faults.check('read', '/a')),
    'none',
  )
  assert.equal(
    codeOf(() => faults.check('write', '/a')),
    'EIO',
  )
  assert.equal(
    codeOf(() => faults.check('write', '/a')),
    'ENOSPC',
  )
  assert.equal(
    codeOf(() => faults.check('write', '/a')),
    'none',
  )
})

test('SimFaults, failNext: for some paths → waits for one of them, either end of a rename', () => {
  const faults = new SimFaults()
  faults.failNext('rename', 'EIO', /\.ltx$/)
  assert.equal(
    codeOf(() => faults.check('rename', '/a', '/b')),
    'none',
  )
  assert.equal(
    codeOf(() => faults.check('rename', '/a.tmp', '/a.ltx')),
    'EIO',
  )
  assert.equal(
    codeOf(() => faults.check('rename', '/a.tmp', '/a.ltx')),
    'none',
  )
})

test('SimFaults, failAlways: until it is called off → each time', () => {
  const faults = new SimFaults()
  const stop = faults.failAlways('sync', 'EIO')
  for (let i = 0; i < 3; i++)
    assert.equal(
      codeOf(() => faults.check('sync', '/a')),
      'EIO',
    )
  stop()
  stop()
  assert.equal(
    codeOf(() => faults.check('sync', '/a')),
    'none',
  )
})
