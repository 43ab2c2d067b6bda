import assert from 'node:assert/strict'
import { test } from 'vitest'
import { STOPPED_CASES } from './lib/stopped-cases.ts'
import { runStoppedCase } from './lib/stopped-run.ts'

for (const how of ['kill', 'close'] as const) {
  for (const stopped of STOPPED_CASES) {
    test(`stopped (${how}): ${stopped.name} → restores to the database`, async () => {
      assert.equal((await runStoppedCase(stopped, how)).start, stopped.start)
    })
  }
}
