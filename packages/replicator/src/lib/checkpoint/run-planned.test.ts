import assert from 'node:assert/strict'
import { test } from 'vitest'
import { World } from '../../../test/world.ts'

test('runPlannedCheckpoint: under load, but the writers pause just then → no lock is taken', async () => {
  using world = new World({
    checkpoints: true,
    settings: { minCheckpointPageCount: 5, checkpointIntervalMs: 0 },
  })
  const follower = await world.follow()
  await follower.sync()
  world.insert(100, 3000)
  const report = await follower.sync()
  assert.deepEqual(report.checkpoint, { kind: 'under-load', result: { kind: 'done', lockedMs: null } })
  assert.ok(!world.driver.statements.includes('BEGIN IMMEDIATE'))
})

test('runPlannedCheckpoint: quiet, and a writer is faster → later, no lock for that', async () => {
  using world = new World({
    checkpoints: true,
    settings: { minCheckpointPageCount: 5, checkpointIntervalMs: 0 },
  })
  const follower = await world.follow()
  await follower.sync()
  world.insert(5, 3000)
  world.slipIn()
  const report = await follower.sync()
  assert.deepEqual(report.checkpoint, { kind: 'quiet', result: { kind: 'later' } })
  assert.ok(!world.driver.statements.includes('BEGIN IMMEDIATE'))
})
