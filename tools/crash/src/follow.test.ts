import assert from 'node:assert/strict'
import { test } from 'vitest'
import { followRun } from './lib/follow-run.ts'
import { seedFromEnvironment } from './lib/seeded.ts'

const seed = seedFromEnvironment()

for (const [driver, pageSize] of [
  ['better-sqlite3', 4096],
  ['node:sqlite', 1024],
] as const) {
  test(`follow: hostile applications, ${driver}, pages of ${pageSize} → every synced TXID restores exactly, no resync`, async () => {
    const report = await followRun({ seed, driver, workers: 'in-process', pageSize, moments: 3, apps: 2 })
    assert.equal(report.resyncs, 0)
    assert.ok(report.txids >= 3)
  }, 60_000)
}
