import type { Env } from '@ltx/env'
import { captureAll } from '../database/capture-all.ts'
import type { Database } from '../database/database.ts'
import { ReplicatorError } from '../errors.ts'
import type { StoreSettings } from '../settings.ts'

/**
 * Closes databases, all at once: each captures what is committed and has `shutdownSyncTimeoutMs` to bring it to the replica (0: one
 * attempt). `signal` cuts that short. A failure is an event of its database; local files stay and go up at the next start.
 */
export async function closeDatabases(
  env: Env,
  databases: readonly Database[],
  settings: StoreSettings,
  signal: AbortSignal | undefined,
): Promise<void> {
  await Promise.all(
    databases.map((database) =>
      database.close(async (live) => {
        await captureAll(live, env.clock)
        const { lastTXID } = live
        if (lastTXID === null) return
        const timer = new AbortController()
        const signals = signal === undefined ? [timer.signal] : [timer.signal, signal]
        const reached = live.uploadedThrough(lastTXID, { signal: AbortSignal.any(signals) })
        const limitMs = Math.max(settings.shutdownSyncTimeoutMs, settings.shutdownSyncIntervalMs)
        const timeout = env.clock.sleep(limitMs, { signal: timer.signal }).then(
          () =>
            timer.abort(
              new ReplicatorError(
                'REPLICATOR_UNEXPECTED',
                `not everything reached the replica within ${limitMs} ms`,
              ),
            ),
          () => {},
        )
        try {
          await reached
        } finally {
          timer.abort()
          await timeout
        }
      }),
    ),
  )
}
