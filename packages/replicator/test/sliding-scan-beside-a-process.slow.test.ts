import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { test } from 'vitest'
import { scanDirectory } from '../src/lib/database/sliding-scan.ts'
import { AppProcess } from './app-process.ts'
import { betweenBlocks, followWith } from './follow-with.ts'
import { seeded, type Hammered } from './hammer-database.ts'
import { leftBehind } from './sliding-world.ts'
import { World } from './world.ts'

// A real second process does all it can to a large database while it is written for the first time, or compared. It stops somewhere in
// the middle, so that nothing that comes later can cover up a page that is wrong.

const FIRST_SEED = Number(process.env['LTX_SCAN_SEED'] ?? 1)
const SEEDS = process.env['LTX_SCAN_SEED'] === undefined ? 3 : 1
const TURNS_PER_BLOCK = 10

for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
  for (const what of ['the first image', 'a difference'] as const) {
    for (const checkpoints of [false, true]) {
      const whose = checkpoints ? 'checkpoints of both' : 'checkpoints of the application alone'
      test(`sliding scan, LTX_SCAN_SEED=${seed}: ${what}, ${whose} → exactly the database, and the WAL moves on meanwhile`, async () => {
        const below = seeded(seed)
        const pageSize = [512, 1024, 4096, 16_384][below(4)] ?? 4096
        const often = checkpoints ? { minCheckpointPageCount: 100, checkpointIntervalMs: 1000 } : {}
        using world = new World({ pageSize, checkpoints, settings: { slidingScanBytesMin: 1, ...often } })
        world.insert(9000, 3000)
        world.checkpoint('TRUNCATE')
        if (what === 'a difference') await leftBehind(world)
        await using app = await AppProcess.start(world.path)
        const lastBlock = 5 + below(8)
        let done = null as Hammered | null
        const between = async (block: number): Promise<void> => {
          if (block === 1) await app.hammer(seed)
          if (block === lastBlock) done = await app.rest()
          if (done === null) await turnsOf(app, TURNS_PER_BLOCK)
        }
        const follower = await followWith(world, betweenBlocks(world, between))
        const report = await follower.sync()
        const { turns, moved } = done ?? (await app.rest())
        if (done === null) await follower.sync() // the scan was over before it
        assert.deepEqual([report.kind, report.resync?.full], ['synced', what === 'the first image'])
        assert.ok(turns > 3 * TURNS_PER_BLOCK, `${turns} turns of the application`)
        assert.ok(checkpoints || moved > 1, 'its checkpoints get on, again and again')
        world.assertCaptured()
        assert.equal(existsSync(scanDirectory(world.metaPath)), false)
        world.insert(1)
        assert.equal((await follower.sync()).resync, null)
        world.assertCaptured()
      }, 60_000)
    }
  }
}

async function turnsOf(app: AppProcess, count: number): Promise<void> {
  const { turns } = await app.hammered()
  while ((await app.hammered()).turns < turns + count) await setTimeout(2)
}
