import type { Env } from '@ltx/env'
import type { WalFollower } from '../follow/wal-follower.ts'
import type { OpenDatabase } from './open-database.ts'
import { holdsReadLock } from './read-lock-check.ts'
import { visibleLocksOf } from './visible-locks.ts'

/** A database that is open and followed. */
export interface ActiveDatabase extends OpenDatabase {
  readonly follower: WalFollower
  /** `/proc/locks` shows our read lock, or has shown another one on this device, so that its absence means something. */
  readonly lockIsVisible: boolean
}

/** Whether `/proc/locks` shows the read lock of a pin that is held: only then does its absence mean something later. */
export function lockIsVisible(env: Env, { pin, files }: OpenDatabase): boolean {
  if (!pin.isHeld) return false
  const main = files.statMain()
  return visibleLocksOf(env.blockingFiles).isShown(
    main.dev,
    () => holdsReadLock(env.blockingFiles, env.processId, main) === true,
  )
}

/**
 * The database's names lead to other files now, or SQLite's locks were dropped under us (engine.md §6).
 *
 * @param askLocks The lock table is long: it is read now and then only.
 */
export function wasReplaced(env: Env, active: ActiveDatabase, askLocks: boolean): boolean {
  return (askLocks && isGhost(env, active)) || active.files.wereReplaced()
}

function isGhost({ blockingFiles, processId }: Env, active: ActiveDatabase): boolean {
  const { pin, files } = active
  if (!active.lockIsVisible || !pin.isHeld) return false
  const main = files.statMain()
  if (holdsReadLock(blockingFiles, processId, main) !== false) return false
  visibleLocksOf(blockingFiles).missed(main.dev)
  return true
}
