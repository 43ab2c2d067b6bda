import { basename } from 'node:path'
import type { Env } from '@ltx/env'
import { checkpointQuietly } from '../checkpoint/run-checkpoint.ts'
import { readWalHeader } from '../follow/observe-wal.ts'
import { samePlaceSalts, type Position } from '../follow/position.ts'
import { writePosition } from '../follow/position-record.ts'
import { mainFactsOf, sealWaitMs, writeSeal, type MainFacts } from '../follow/seal.ts'
import type { WalFollower } from '../follow/wal-follower.ts'
import type { ActiveDatabase } from './active-database.ts'

/** A seal is waited for at most this long when a database goes to sleep or closes. */
const SEAL_WAIT_MS_MAX = 250

export interface Sealed {
  readonly position: Position
  readonly main: MainFacts
}

/**
 * Moves everything into the database file and records what it looks like then, under the pin and before any close (engine.md §4).
 *
 * @returns `null`: a reader keeps frames in the WAL, or somebody writes, or the file system's clock is too coarse.
 */
export async function sealDatabase(env: Env, follower: WalFollower): Promise<Sealed | null> {
  const { pin, files, local } = follower.parts
  if (!pin.isHeld || !pin.covered || follower.pinIsNeeded) return null
  const before = pin.published()
  if (before.kind === 'published' && before.backfilled < before.frames) {
    await checkpointQuietly(follower, await follower.syncPublished())
  }
  const frames = framesAllOurs(follower)
  if (frames === null) return null
  files.syncData()
  const waitMs = sealWaitMs(files.statMain(), env.clock.wallMs())
  if (waitMs > SEAL_WAIT_MS_MAX) return null
  if (waitMs > 0) await env.clock.sleep(waitMs)
  const stat = files.statMain()
  const position = follower.position
  if (position === null || framesAllOurs(follower) !== frames || sealWaitMs(stat, env.clock.wallMs()) > 0)
    return null
  const sealed = { position: frames === 0 ? { ...position, wal: null } : position, main: mainFactsOf(stat) }
  writePosition(env, local.metaPath, sealed.position)
  writeSeal(env, local.metaPath, sealed)
  return sealed
}

/** A seal if it can be had: without one the next start costs more, and that is all. */
export async function trySeal(env: Env, { follower, files }: ActiveDatabase): Promise<Sealed | null> {
  try {
    return await sealDatabase(env, follower)
  } catch (cause) {
    const error = cause instanceof Error ? cause : null
    env.logger.log('debug', 'no seal', { db: basename(files.path), error })
    return null
  }
}

/** Published frames, when all are in the database file and up to our position; else `null`. */
function framesAllOurs(follower: WalFollower): number | null {
  const { pin, files } = follower.parts
  const published = pin.published()
  const position = follower.position
  if (position === null || published.kind !== 'published' || published.frames !== published.backfilled)
    return null
  if (published.frames === 0) return 0
  const header = readWalHeader(files)
  const { wal, pageSize } = position
  const isOurs = header !== null && wal !== null && samePlaceSalts(wal, header)
  return isOurs && 32 + published.frames * (24 + pageSize) === wal.offset ? published.frames : null
}
