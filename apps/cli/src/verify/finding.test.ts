import assert from 'node:assert/strict'
import { nodeEnv } from '@ltx/env/node'
import { test } from 'vitest'
import { Findings, NotChecked } from './finding.ts'

const { clock } = nodeEnv()

test('Findings: a check that finds, one that throws, one that cannot be made → ok, failed, skipped', async () => {
  const findings = new Findings(clock, new AbortController().signal)
  assert.equal(await findings.add('a', async () => ({ found: 'all', result: 7 })), 7)
  assert.equal(await findings.add('b', () => Promise.reject(new NotChecked('no table'))), null)
  assert.equal(findings.isProven, true)
  assert.equal(await findings.add('c', () => Promise.reject(new Error('hole'))), null)
  findings.omit(['d'], 'after c')
  assert.deepEqual(
    findings.all.map(({ check, result, found }) => [check, result, found]),
    [
      ['a', 'ok', 'all'],
      ['b', 'skipped', 'no table'],
      ['c', 'failed', 'hole'],
      ['d', 'skipped', 'after c'],
    ],
  )
  assert.equal(findings.isProven, false)
})

test('Findings: stopped in the middle of a check → the signal’s reason, no finding', async () => {
  const controller = new AbortController()
  const findings = new Findings(clock, controller.signal)
  const reason = new Error('enough')
  const look = (): Promise<never> => {
    controller.abort(reason)
    return Promise.reject(new Error('cut off'))
  }
  await assert.rejects(findings.add('a', look), reason)
  assert.deepEqual(findings.all, [])
})
