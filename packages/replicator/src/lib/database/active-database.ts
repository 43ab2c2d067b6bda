import type { Env } from '@ltx/env'
import type { WalFollower } from '../follow/wal-follower.ts'
import type { OpenDatabase } from './open-database.ts'
import { holdsReadLock } from './read-lock-check.ts'

/** A database that is open and followed. */
export interface ActiveDatabase extends OpenDatabase {
  readonly follower: WalFollower
  /** `/proc/locks` showed our read lock right after opening, so that its absence means something. */
  readonly lockIsVisible: boolean
}

/** Whether `/proc/locks` shows the read lock of a pin that is held: only then does its absence mean something later. */
export function lockIsVisible(env: Env, { pin, files }: OpenDatabase): boolean {
  return pin.isHeld && holdsReadLock(env.blockingFiles, env.processId, files.statMain()) === true
}

/**
 * The database's names lead to other files now, or SQLite's locks were dropped under us (engine.md §6).
 *
 * @param askLocks The lock table is long: it is read now and then only.
 */
export function wasReplaced(env: Env, active: ActiveDatabase, askLocks: boolean): boolean {
  const { pin, files } = active
  const isGhost =
    askLocks &&
    active.lockIsVisible &&
    pin.isHeld &&
    holdsReadLock(env.blockingFiles, env.processId, files.statMain()) === false
  return isGhost || files.wereReplaced()
}
