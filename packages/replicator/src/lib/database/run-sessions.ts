import { isClientError } from '@ltx/client-core'
import { isReplicatorError } from '../errors.ts'
import { NO_FAILURES, nextBackoff, type BackoffSettings } from '../replica/backoff.ts'
import { connectReplica } from './connect-replica.ts'
import type { DatabaseParts } from './database-parts.ts'
import type { ReplicaWait } from './replica-wait.ts'
import type { SessionEnd } from './session.ts'

/** What passes by itself, as a full disk may. */
const PASSING: BackoffSettings = { firstDelayMsMax: 500, delayMsMax: 30_000, logIntervalMs: 30_000 }
/** What somebody may be about to end, as another replicator: it is looked whether that has happened. */
const AWAITED: BackoffSettings = { firstDelayMsMax: 5000, delayMsMax: 60_000, logIntervalMs: 300_000 }

/** What has to happen before another attempt makes sense: time passes, somebody acts, or somebody acts and begins anew. */
export type Need = 'time' | 'somebody' | 'new-start'

export interface FailedAttempt {
  readonly error: unknown
  readonly need: Need
  /** Until the next attempt; `null`: there is none. */
  readonly retryInMs: number | null
  readonly log: boolean
}

export interface SessionRun {
  /** @param onStarted Call it when the database is followed. */
  runSession(onStarted: () => void, mayBeginOffline: boolean): Promise<SessionEnd>
  /** There is no database. Resolves when there may be. */
  whileAbsent(): Promise<void>
  onFailure(attempt: FailedAttempt): void
}

/**
 * Connects the replica of a database, then has sessions of it, one after another, until the signal or a failure that only a new start can
 * mend.
 */
export async function runSessions(
  { env, client, path, emit }: Pick<DatabaseParts, 'env' | 'client' | 'path' | 'emit'>,
  run: SessionRun,
  wait: ReplicaWait,
  signal: AbortSignal,
): Promise<void> {
  const { clock, random } = env
  let backoff = NO_FAILURES
  let mayBeginOffline = true
  let isConnected = false
  const onStarted = (): void => {
    const { failures } = backoff
    if (failures > 0) emit({ kind: 'recovered', path, during: 'open', failures })
    backoff = NO_FAILURES
  }
  while (!signal.aborted) {
    try {
      if (!isConnected) await connectReplica(env, client, wait, { signal })
      isConnected = true
      const end = await run.runSession(onStarted, mayBeginOffline)
      mayBeginOffline = end !== 'replan'
      if (end === 'absent') {
        backoff = NO_FAILURES
        await run.whileAbsent()
      }
    } catch (error) {
      mayBeginOffline = true
      if (signal.aborted || (wait.isOver && isReplicatorError(error, 'REPLICATOR_CLOSED'))) return
      const need = isConnected ? needOf(error) : 'somebody'
      const failure = { elapsedMs: clock.elapsedMs(), random: random.next() }
      const step = nextBackoff(backoff, failure, need === 'time' ? PASSING : AWAITED)
      backoff = step.state
      const isOver = need === 'new-start'
      run.onFailure({ error, need, retryInMs: isOver ? null : step.delayMs, log: isOver || step.log })
      if (isOver) return
      await clock.sleep(step.delayMs, { signal }).catch(() => {})
    }
  }
}

function needOf(error: unknown): Need {
  if (isClientError(error, 'CLIENT_CLOSED')) return 'new-start'
  if (!isReplicatorError(error) || error.advice !== 'give-up' || error.code === 'REPLICATOR_LOCAL_STATE') {
    return 'time'
  }
  return error.code === 'REPLICATOR_LOCKED' ? 'somebody' : 'new-start'
}
