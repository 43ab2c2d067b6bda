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
  assert.partialDeepStrictEqual(report.checkpoint, {
    kind: 'under-load',
    result: { kind: 'done', lockedMs: null },
  })
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
  assert.partialDeepStrictEqual(report.checkpoint, { kind: 'quiet', result: { kind: 'later' } })
  assert.ok(!world.driver.statements.includes('BEGIN IMMEDIATE'))
})

test('runPlannedCheckpoint: under load, a commit while pages are moved → not done by halves: the lock is taken, the WAL begins anew', async () => {
  using world = new World({
    checkpoints: true,
    settings: { minCheckpointPageCount: 5, checkpointIntervalMs: 0 },
  })
  const follower = await world.follow()
  await follower.sync()
  world.insert(100, 3000)
  let moving = false
  world.driver.before((sql) => {
    if (sql === 'main.wal_checkpoint(PASSIVE)') moving = !world.driver.statements.includes('BEGIN IMMEDIATE')
    else if (moving) {
      moving = false
      world.insert(1) // after SQLite has counted the frames that it moves
    }
  })
  const { salt1 } = world.walHeader()
  const report = await follower.sync()
  assert.ok(world.driver.statements.includes('BEGIN IMMEDIATE'))
  assert.equal('result' in report.checkpoint && report.checkpoint.result.kind, 'done')
  world.insert(1)
  assert.notEqual(world.walHeader().salt1, salt1)
  await follower.sync()
  world.assertCaptured()
})
