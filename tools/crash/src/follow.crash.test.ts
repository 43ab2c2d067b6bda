import assert from 'node:assert/strict'
import { test } from 'vitest'
import { followRun, type FollowPlan } from './lib/follow-run.ts'
import { seedFromEnvironment } from './lib/seeded.ts'

const seed = seedFromEnvironment()

const PLANS: readonly Omit<FollowPlan, 'seed' | 'moments' | 'apps'>[] = [
  { driver: 'better-sqlite3', workers: 'threads', pageSize: 4096 },
  { driver: 'node:sqlite', workers: 'threads', pageSize: 4096 },
  { driver: 'better-sqlite3', workers: 'in-process', pageSize: 512 },
  { driver: 'node:sqlite', workers: 'in-process', pageSize: 65_536 },
  {
    driver: 'better-sqlite3',
    workers: 'in-process',
    pageSize: 8192,
    settings: { minCheckpointPageCount: 50 },
  },
  { driver: 'node:sqlite', workers: 'threads', pageSize: 1024, settings: { maxSyncWalBytes: 100_000 } },
]

for (const plan of PLANS) {
  const name = `${plan.driver}, ${plan.workers}, pages of ${plan.pageSize}`
  test(`follow: three hostile applications, ${name} → every synced TXID restores exactly, no resync`, async () => {
    const report = await followRun({ ...plan, seed, moments: 25, apps: 3 })
    console.log(JSON.stringify(report))
    assert.equal(report.resyncs, 0)
    assert.ok(report.txids >= 25 && report.commits > 0)
  })
}
