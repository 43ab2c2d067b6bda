import type { Env } from '@ltx/env'
import { captureAll } from '../database/capture-all.ts'
import type { Database } from '../database/database.ts'
import type { LiveDatabase } from '../database/live-database.ts'
import { unlessAborted } from '../database/unless-aborted.ts'
import { ReplicatorError } from '../errors.ts'
import type { StoreSettings } from '../settings.ts'
import { settledWithin } from '../worker/settled-within.ts'

/**
 * Closes databases, all at once: each captures what is committed and has `shutdownSyncTimeoutMs` to bring it to the replica (0: one
 * attempt). One that waits for its replica's first answer goes on without it. `signal` cuts that short. A failure is an event of its database; local files stay and go up at the next start.
 */
export async function closeDatabases(
  env: Env,
  databases: readonly Database[],
  settings: StoreSettings,
  signal: AbortSignal | undefined,
): Promise<void> {
  const limitMs = Math.max(settings.shutdownSyncTimeoutMs, settings.shutdownSyncIntervalMs)
  await Promise.all(
    databases.map(async (database) => {
      const opened = unlessAborted(database.beginOffline(), signal)
      await settledWithin(env.clock, limitMs, opened)
      await database.close((live) =>
        within(env, limitMs, live, signal, async (both) => {
          await unlessAborted(captureAll(live, env.clock), both)
          if (live.lastTXID !== null) await live.uploadedThrough(live.lastTXID, { signal: both })
        }),
      )
    }),
  )
}

async function within(
  env: Env,
  limitMs: number,
  live: Pick<LiveDatabase, 'uploading'>,
  signal: AbortSignal | undefined,
  act: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const [over, done] = [new AbortController(), new AbortController()]
  const timeout = env.clock.sleep(limitMs, { signal: done.signal }).then(
    () => over.abort(outOfTime(limitMs, live.uploading.failure)),
    () => {},
  )
  try {
    await act(signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]))
  } finally {
    done.abort()
    await timeout
  }
}

function outOfTime(limitMs: number, failure: unknown): ReplicatorError {
  const message = `not everything reached the replica within ${limitMs} ms; the rest goes up at the next start`
  const why = failure instanceof Error ? `. The last attempt: ${failure.message}` : ''
  return new ReplicatorError('REPLICATOR_NOT_UPLOADED', message + why, { cause: failure ?? undefined })
}
