import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readReplicaRun } from './lib/read-replica-run.ts'
import { seedFromEnvironment } from './lib/seeded.ts'

test('read replica: the follower is killed four times beside two readers → they see states of the source only, the copy is the database', async () => {
  const report = await readReplicaRun({ seed: seedFromEnvironment(), ends: 4, rows: 300 })
  assert.ok(report.reads > 10 && report.applied > 0, JSON.stringify(report))
}, 120_000)
