import type { Clock } from '@ltx/env'
import { isReplicatorError } from '../errors.ts'
import { sqliteCode } from '../follow/pin.ts'

/** An application that closes its last connection, or recovers after a crash, keeps everybody out for about this long. */
const BUSY_MS_MAX = 2000
const WAIT_MS_MAX = 50

const BUSY_CODES = /^SQLITE_(BUSY|LOCKED|PROTOCOL)/

/**
 * Tries again while SQLite says that the database is busy. Our connections have no busy timeout, since that would hold up all databases
 * of the thread.
 *
 * @throws what `attempt` threw last; at once when it is anything else
 */
export async function whileBusy<Result>(clock: Clock, attempt: () => Result): Promise<Result> {
  const startMs = clock.elapsedMs()
  for (let waitMs = 1; ; waitMs = Math.min(2 * waitMs, WAIT_MS_MAX)) {
    try {
      return attempt()
    } catch (error) {
      if (!saysBusy(error) || clock.elapsedMs() - startMs >= BUSY_MS_MAX) throw error
    }
    await clock.sleep(waitMs)
  }
}

/** `REPLICATOR_LOCKED` has such a cause too, but another replicator does not go away. */
function saysBusy(error: unknown): boolean {
  if (isReplicatorError(error)) {
    return isReplicatorError(error, 'REPLICATOR_NOT_WAL') && BUSY_CODES.test(sqliteCode(error.cause))
  }
  return BUSY_CODES.test(sqliteCode(error))
}
