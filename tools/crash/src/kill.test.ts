import assert from 'node:assert/strict'
import { test } from 'vitest'
import { killRun } from './lib/kill-run.ts'
import { seedFromEnvironment } from './lib/seeded.ts'

test('kill: four times at random moments, the application goes on → nothing lost, only differences go up, nothing left over', async () => {
  const report = await killRun({
    seed: seedFromEnvironment(),
    driver: 'better-sqlite3',
    kills: 4,
    rows: 5000,
  })
  assert.equal(report.wholeImages, 1, `more than the first image: ${JSON.stringify(report)}`)
}, 120_000)
