import assert from 'node:assert/strict'
import { test } from 'vitest'
import { historyRun } from './lib/history-run.ts'
import { seedFromEnvironment } from './lib/seeded.ts'

const seed = seedFromEnvironment()

for (let nth = 0; nth < 12; nth++) {
  test(`history ${nth}: twenty-five things that go wrong together → what restores is the database, no TXID means two things`, async () => {
    const report = await historyRun({ seed: seed + nth, steps: 25 })
    console.log(JSON.stringify({ ...report, steps: report.steps.length }))
    assert.ok(report.moments >= 2)
  })
}
