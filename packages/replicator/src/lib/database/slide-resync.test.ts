import assert from 'node:assert/strict'
import type { Logger } from '@ltx/env'
import { test } from 'vitest'
import { followWith } from '../../../test/follow-with.ts'
import { sqliteError } from '../../../test/hooked-driver.ts'
import { World } from '../../../test/world.ts'
import type { DatabaseFollower } from './database-follower.ts'

const ROWS = 4000
/** Our checkpoints come under load, so that the write lock is taken, where continuity can be lost. */
const OFTEN = { minCheckpointPageCount: 10, checkpointIntervalMs: 0 }

function slidingWorld(settings: object = {}): World {
  const world = new World({ checkpoints: true, settings: { ...OFTEN, slidingScanBytesMin: 1, ...settings } })
  world.insert(ROWS, 3000)
  world.checkpoint('TRUNCATE')
  return world
}

/** Lets the first `times` scans lose the pin under the write lock, and commits what nobody reads then. */
async function syncLosing(
  world: World,
  follower: DatabaseFollower,
  times: number,
): Promise<{ lost: number }> {
  let [lost, inside] = [0, false]
  const stopSlipping = world.slipIn()
  world.driver.before((sql) => {
    if (sql !== 'BEGIN IMMEDIATE' || lost >= times) return
    lost++
    world.driver.once('BEGIN', () => {
      throw sqliteError('SQLITE_PROTOCOL')
    })
  })
  world.onSleep = () => {
    if (inside) return
    inside = true
    world.elapsedShiftMs += 1000
    if (lost < times) world.insert(120, 3000)
    else stopSlipping()
    world.driver.statements.length = 0 // the lock is to be taken in the next scan too
    inside = false
  }
  const report = await follower.sync()
  world.onSleep = () => {}
  assert.deepEqual([report.kind, report.resync?.full], ['synced', true])
  return { lost }
}

for (const times of [1, 2, 3]) {
  test(`slideResync: continuity is lost in ${times} scans → ${times === 3 ? 'compared under one pin' : 'scanned anew'}, exactly the database`, async () => {
    using world = slidingWorld()
    const lines: string[] = []
    const logger: Logger = { log: (_level, message) => void lines.push(message), with: () => logger }
    const follower = await followWith(world, { logger })
    const { lost } = await syncLosing(world, follower, times)
    assert.equal(lost, times)
    assert.equal(lines.filter((line) => line.includes('begins anew')).length, times)
    assert.equal(lines.filter((line) => line.includes('while it is followed')).length, Math.min(3, times + 1))
    await follower.sync()
    world.assertCaptured()
  })
}
