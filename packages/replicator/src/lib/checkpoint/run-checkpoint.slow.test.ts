import assert from 'node:assert/strict'
import { test } from 'vitest'
import { AppProcess } from '../../../test/app-process.ts'
import { World } from '../../../test/world.ts'

test('checkpoints: a process that never stops writing → the WAL begins anew again and again, nothing is compared', async () => {
  using world = new World({
    checkpoints: true,
    settings: { minCheckpointPageCount: 200, checkpointIntervalMs: 0 },
  })
  const follower = await world.follow()
  await follower.sync()
  await using app = await AppProcess.start(world.path)
  await app.startWriting(100)
  let [generations, locked] = [0, 0]
  let salt = world.walHeader().salt1
  for (let round = 0; round < 5000 && (generations < 5 || locked === 0); round++) {
    const report = await follower.sync()
    assert.equal(report.resync, null)
    if ('result' in report.checkpoint && report.checkpoint.result.kind === 'done') {
      if (report.checkpoint.result.lockedMs !== null) locked++
    }
    const now = world.walHeader().salt1
    if (now !== salt) generations++
    salt = now
    await world.env.clock.sleep(5)
  }
  await app.stopWriting()
  await follower.sync()
  assert.ok(generations >= 5, `${generations} generations`)
  assert.ok(locked > 0, 'the write lock did it at least once')
  world.assertCaptured()
}, 120_000)
