import { basename, dirname } from 'node:path'
import type { Env } from '@ltx/env'
import type { ManagedDatabases } from '../control/managed-databases.ts'
import { metaPathOf } from '../local/local-state.ts'
import { describeError } from '../program/errors.ts'

/** A start is not kept waiting for it. */
const BEGIN_MS = 5000

/** A sweep that goes on in the background. */
export interface LeftoverSweep {
  /** Resolves when it is over. */
  readonly done: Promise<void>
  /** Stops in the middle of it. */
  close(): Promise<void>
}

/** Removes, some seconds after a start, what restores and verifications of these databases that were killed have left. */
export function sweepLeftovers(databases: Pick<ManagedDatabases, 'all'>, env: Env): LeftoverSweep {
  const stop = new AbortController()
  const done = sweep(databases, env, stop.signal).catch((error: unknown) => {
    if (error === stop.signal.reason) return
    env.logger.log('warn', 'cannot look for what was left behind', { error: describeError(error) })
  })
  return {
    done,
    async close() {
      stop.abort(new Error('the daemon stops'))
      await done
    },
  }
}

async function sweep(databases: Pick<ManagedDatabases, 'all'>, env: Env, signal: AbortSignal): Promise<void> {
  await env.clock.sleep(BEGIN_MS, { signal })
  const { sweepLeftBehind } = await import('@ltx/restore')
  const { sweepPlaces } = await import('../verify/temporary-place.ts')
  const { all } = databases
  for (const [directory, inside] of Map.groupBy(all, ({ path }) => dirname(path))) {
    signal.throwIfAborted()
    await sweepLeftBehind(
      env,
      directory,
      inside.map(({ path }) => basename(path)),
    )
  }
  for (const { path, settings } of all) {
    signal.throwIfAborted()
    await sweepPlaces(settings.metaPath ?? metaPathOf(path), env)
  }
}
