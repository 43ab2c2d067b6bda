import assert from 'node:assert/strict'
import { test } from 'vitest'
import { historyRun } from './lib/history-run.ts'
import { seedFromEnvironment } from './lib/seeded.ts'

const seed = seedFromEnvironment()

for (let nth = 0; nth < 2; nth++) {
  test(`history ${nth}: whatever goes wrong together → what restores is the database, no TXID means two things`, async () => {
    const report = await historyRun({ seed: seed + nth, steps: 7 })
    assert.ok(report.moments >= 2)
  }, 120_000)
}
