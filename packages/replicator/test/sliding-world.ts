import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import type { DatabaseFollower } from '../src/lib/database/database-follower.ts'
import type { SyncReport } from '../src/lib/database/follower-port.ts'
import { scanDirectory } from '../src/lib/database/sliding-scan.ts'
import { World, type WorldOptions } from './world.ts'

/** Four blocks of a scan, and more in other page sizes. */
export const ROWS: number = 4000

export function slidingWorld(options: WorldOptions = {}): World {
  const world = new World({ ...options, settings: { ...options.settings, slidingScanBytesMin: 1 } })
  world.insert(ROWS, 3000)
  return world
}

/** One sync. `meanwhile` comes after each block that is read or put together, with its number; then the scan has its turn. */
export async function syncWhile(
  world: World,
  follower: DatabaseFollower,
  meanwhile: (block: number) => void,
): Promise<SyncReport> {
  let block = 0
  let inside = false
  world.onSleep = () => {
    if (inside) return
    inside = true
    world.elapsedShiftMs += 1000
    meanwhile(++block)
    inside = false
  }
  try {
    return await follower.sync()
  } finally {
    world.onSleep = () => {}
  }
}

/** The local files are what the application sees, and the WAL is read on without comparing. */
export async function assertGoesOn(world: World, follower: DatabaseFollower): Promise<void> {
  world.assertCaptured()
  assert.equal(existsSync(scanDirectory(world.metaPath)), false, 'nothing of the scan is left')
  assert.equal(readdirSync(`${world.metaPath}/ltx/0`).filter((name) => name.includes('.tmp')).length, 0)
  world.insert(2)
  const next = await follower.sync()
  assert.deepEqual([next.files.length, next.resync], [1, null])
  world.assertCaptured()
}

/** The files say less than the database, and nobody can prove what is missing. */
export async function leftBehind(world: World): Promise<void> {
  const before = await world.follow()
  await before.sync()
  world.crash()
  world.app.exec('UPDATE t SET data = randomblob(3000) WHERE id % 1000 = 7')
  world.checkpoint('TRUNCATE')
  world.insert(1)
}
