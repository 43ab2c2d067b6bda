import type { Clock } from '@ltx/env'
import { ReplicatorError } from '../errors.ts'
import type { LiveDatabase } from './live-database.ts'

/** SQLite may be busy for a while: a recovery, a torn index, a writer that moves the WAL at each look. */
const BUSY_MS_MAX = 10_000
const BUSY_WAIT_MS = 50

/**
 * Captures until everything committed so far is in local files.
 *
 * @throws {ReplicatorError} `REPLICATOR_UNEXPECTED` when SQLite gives no footing for 10 s; whatever a capture throws
 */
export async function captureAll(live: Pick<LiveDatabase, 'capture'>, clock: Clock): Promise<void> {
  const startMs = clock.elapsedMs()
  for (;;) {
    const report = await live.capture()
    if (report === null || (report.kind !== 'busy' && report.kind !== 'replaced')) return
    if (clock.elapsedMs() - startMs >= BUSY_MS_MAX) {
      const message = `SQLite has given no answer for ${BUSY_MS_MAX / 1000} s; what was committed last is not captured yet`
      throw new ReplicatorError('REPLICATOR_UNEXPECTED', message)
    }
    await clock.sleep(BUSY_WAIT_MS)
  }
}
