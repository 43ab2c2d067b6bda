import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'vitest'
import { isProcessAlive } from './is-process-alive.ts'

test('isProcessAlive: we, and one that has ended → yes, no', () => {
  assert.ok(isProcessAlive(process.pid))
  const { pid } = spawnSync(process.execPath, ['--version'])
  assert.ok(!isProcessAlive(pid))
})
