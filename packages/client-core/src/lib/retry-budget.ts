import type { Env } from '@ltx/env'
import { isClientError } from './errors.ts'
import { retryDelayMs } from './retry-delay.ts'
import { retryLog, type RetryLog } from './retry-log.ts'

/** Plain data. Every bound is on failures: work that goes on without one is never cut short. */
export interface RetrySettings {
  /** Failures in a row, without any progress between them, that are retried. */
  readonly retriesMax: number
  /** Ceiling of one wait. */
  readonly delayMsMax: number
  /** A failure later than this after the start is final, whatever progress was made. */
  readonly deadlineMs: number
}

/** Counts failures against {@link RetrySettings}. One per operation. */
export interface RetryBudget {
  /** Something new arrived: the failures so far are forgotten. */
  progress(): void
  /**
   * Waits, if `error` is to be retried; throws it as it is otherwise. A fired signal throws its reason.
   */
  spend(error: unknown, signal: AbortSignal | undefined): Promise<void>
}

/** What retrying needs of the world. With a logger, failures that are tried again are told of. */
export type RetryEnv = Pick<Env, 'clock' | 'random'> & Partial<Pick<Env, 'logger'>>

export function retryBudget(
  env: RetryEnv,
  settings: RetrySettings,
  log: RetryLog = retryLog(env),
): RetryBudget {
  const startedMs = env.clock.elapsedMs()
  let failures = 0
  return {
    progress() {
      failures = 0
    },
    async spend(error, signal) {
      signal?.throwIfAborted()
      if (!isClientError(error) || error.advice !== 'retry' || failures >= settings.retriesMax) throw error
      const delayMs = retryDelayMs(failures, env.random, settings.delayMsMax)
      if (env.clock.elapsedMs() - startedMs + delayMs > settings.deadlineMs) throw error
      failures++
      log(error, delayMs)
      await env.clock.sleep(delayMs, { signal })
    },
  }
}
