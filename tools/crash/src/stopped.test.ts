import assert from 'node:assert/strict'
import { test } from 'vitest'
import { STOPPED_CASES } from './lib/stopped-cases.ts'
import { runStoppedCase } from './lib/stopped-run.ts'

for (const stopped of STOPPED_CASES.filter(({ quick }) => quick)) {
  test(`stopped: ${stopped.name} → restores to the database`, async () => {
    assert.equal((await runStoppedCase(stopped, 'kill')).start, stopped.start)
  }, 60_000)
}
