import assert from 'node:assert/strict'
import { test } from 'vitest'
import { killRun } from './lib/kill-run.ts'
import { seedFromEnvironment } from './lib/seeded.ts'

const seed = seedFromEnvironment()

for (const driver of ['better-sqlite3', 'node:sqlite'] as const) {
  test(`kill: sixty times at random moments (${driver}), a database of 20 MB → nothing lost, only differences go up, nothing left over`, async () => {
    const report = await killRun({ seed, driver, kills: 60, rows: 18_000 })
    console.log(JSON.stringify(report))
    assert.equal(report.wholeImages, 1, 'more than the first image')
  })
}
