import type { Env } from '@ltx/env'
import { isClientError } from './errors.ts'

/** Retried failures are logged at once when the last line is so long ago. */
export const RETRY_LOG_EVERY_MS = 30_000

/** Tells of a failure that will be tried again. */
export type RetryLog = (error: unknown, delayMs: number) => void

/** Logs the first failure, then at most one every 30 s, with the number of those in between. Without a logger it is silent. */
export function retryLog(env: Pick<Env, 'clock'> & Partial<Pick<Env, 'logger'>>): RetryLog {
  let loggedMs: number | null = null
  let unlogged = 0
  return (error, delayMs) => {
    const nowMs = env.clock.elapsedMs()
    if (loggedMs !== null && nowMs - loggedMs < RETRY_LOG_EVERY_MS) {
      unlogged++
      return
    }
    env.logger?.log('warn', 'a storage call failed and will be tried again', {
      error: error instanceof Error ? error : null,
      code: isClientError(error) ? error.code : null,
      delayMs: Math.round(delayMs),
      failuresSinceLastLine: unlogged,
    })
    loggedMs = nowMs
    unlogged = 0
  }
}
