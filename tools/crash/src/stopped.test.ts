import { test } from 'vitest'
import { STOPPED_CASES } from './lib/stopped-cases.ts'
import { runStoppedCase } from './lib/stopped-run.ts'

for (const stopped of STOPPED_CASES.filter(({ quick }) => quick)) {
  test(`stopped: ${stopped.name} → restores to the database`, () => runStoppedCase(stopped, 'kill'), 60_000)
}
