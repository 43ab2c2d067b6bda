import type { Env } from '@ltx/env'
import { DatabaseFollower } from '../src/lib/database/database-follower.ts'
import type { World } from './world.ts'

/** As `world.follow`, with parts of the environment replaced. */
export async function followWith(world: World, replaced: Partial<Env>): Promise<DatabaseFollower> {
  const { path, metaPath, settings, kept } = world
  const env = { ...world.env, ...replaced }
  const follower = new DatabaseFollower(env, world.driver, { path, metaPath, settings }, kept)
  const opened = await follower.open()
  if (opened.kind === 'absent') throw new Error('the database is absent')
  const lastTXID = opened.local?.max ?? null
  await follower.start({ keepLocal: true, lastTXID, newestFileMs: 0, confirmed: lastTXID })
  return follower
}

/** Comes between the blocks of a scan, with their number from 1 on; the scan waits for it, and then has its turn. */
export function betweenBlocks(world: World, between: (block: number) => Promise<void>): Pick<Env, 'clock'> {
  const { clock } = world.env
  let block = 0
  return {
    clock: {
      wallMs: () => clock.wallMs(),
      elapsedMs: () => clock.elapsedMs() + 1000 * block,
      sleep: async (delayMs, options) => {
        if (delayMs === 0) await between(++block)
        await clock.sleep(delayMs, options)
      },
    },
  }
}
