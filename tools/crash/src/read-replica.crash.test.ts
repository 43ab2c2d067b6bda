import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readReplicaRun } from './lib/read-replica-run.ts'
import { seedFromEnvironment } from './lib/seeded.ts'

test('read replica: the follower is killed sixty times beside two readers, history is pruned under it → they see states of the source only', async () => {
  const report = await readReplicaRun({ seed: seedFromEnvironment(), ends: 60, rows: 3000 })
  console.log(JSON.stringify(report))
  assert.ok(report.rebased > 0 && report.hotJournals > 0 && report.applied > 20, JSON.stringify(report))
}, 900_000)
