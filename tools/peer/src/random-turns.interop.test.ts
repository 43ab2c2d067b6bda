import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'vitest'
import { Application } from '../test/application.ts'
import { BETWEENS } from '../test/betweens.ts'
import { OurReplicator } from '../test/our-replicator.ts'
import { assertBothRestore, restoreWithBoth } from '../test/restore-with-both.ts'
import { describeFiles, highestTxid, storedFiles } from '../test/stored-files.ts'
import { Workspace } from '../test/workspace.ts'
import { startLitestream } from './index.ts'

const SEED_VARIABLE = 'LTX_INTEROP_SEED'
const TURNS = 8
const given = process.env[SEED_VARIABLE]
const seeds = given === undefined ? [1, 2, 3].map((n) => (Date.now() % 1_000_000) * 10 + n) : [Number(given)]

// Hunts for what no list of cases holds: whoever replicates is killed at any moment, the application writing, and the other goes on from
// whatever that leaves. Litestream may lose what happened while it was away; a turn of ours always ends at the database.
for (const seed of seeds) {
  test.concurrent(`in random turns, killed at any moment: seed ${seed} (${SEED_VARIABLE}=${seed}) → each turn of ours ends at the database, and both restore every turn alike`, async () => {
    const random = mulberry32(seed)
    const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
    const story: string[] = []
    await using workspace = await Workspace.make()
    const { database, replica } = workspace
    await using application = await Application.start({ path: database, pageSize: pick([512, 4096, 65_536]) })
    await application.write(100)
    try {
      for (let turn = 0; turn < TURNS; turn++) {
        const who = turn === TURNS - 1 ? 'ours' : pick(['go', 'ours'])
        const isKilled = turn < TURNS - 1 && random() < 0.6
        story.push(`${who}${isKilled ? ', killed' : ''}`)
        const highest = highestTxid(await storedFiles(replica))
        const run =
          who === 'go'
            ? runLitestream(workspace, application)
            : runOurs(workspace, application, random() < 0.5)
        await run(isKilled, Math.floor(random() * 700))
        const files = await storedFiles(replica)
        assert.ok(highestTxid(files) >= highest, describeFiles(files))
        if (who === 'ours' && !isKilled) await assertBothRestore(replica, await application.image())
        else if (files.length > 0) await restoreWithBoth(replica)
        const between = pick(BETWEENS)
        story.push(`(${between.name})`)
        await between.act(workspace, application)
      }
    } catch (error) {
      throw new Error(story.join(' → '), { cause: error })
    }
  })
}

type Run = (isKilled: boolean, afterMs: number) => Promise<void>

function runLitestream(workspace: Workspace, application: Application): Run {
  return async (isKilled, afterMs) => {
    await using go = await startLitestream(['replicate', '-config', await workspace.configure()])
    await application.beginWriting()
    await sleep(afterMs)
    if (isKilled) await go.kill()
    await application.stopWriting()
    if (!isKilled) await go.stop()
  }
}

function runOurs(
  { database, replica }: Workspace,
  application: Application,
  compactionEnabled: boolean,
): Run {
  return async (isKilled, afterMs) => {
    await application.beginWriting()
    const starting = OurReplicator.start({ database, replica, storeSettings: { compactionEnabled } })
    await using ours = await starting
    await sleep(afterMs)
    if (isKilled) await ours.kill()
    await application.stopWriting()
    if (!isKilled) await ours.stop()
  }
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
