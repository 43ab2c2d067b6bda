import type { Logger } from '@ltx/env'
import type { DatabaseStatus } from '@ltx/replicator'
import { describeError } from '../program/errors.ts'
import { redactUrls } from '../text/redact-url.ts'

/** How often it is looked whether one is due. */
export const HEARTBEAT_CHECK_MS = 15_000
const ANSWER_MS_MAX = 30_000
/** A service that stays away is told of at most this often. */
const FAILURE_LOG_MS = 3_600_000

export interface HeartbeatParts {
  /** `http://` or `https://`. */
  readonly url: string
  readonly intervalMs: number
  readonly statuses: () => readonly DatabaseStatus[]
  readonly logger: Logger
  readonly nowMs: () => number
  readonly fetch: (
    url: string,
    options: { readonly signal: AbortSignal },
  ) => Promise<{ readonly ok: boolean; readonly status: number }>
}

/**
 * Tells a service that watches over cron jobs and the like that every database is in its replica. Silence is the alarm: nothing is sent
 * while one of them is behind.
 */
export class Heartbeat {
  readonly #parts: HeartbeatParts
  /** Of the URL, what may be seen: such services put the key into the path. */
  readonly #shown: string
  readonly #closing = new AbortController()
  #attemptedAtMs: number | null = null
  #loggedAtMs: number | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(parts: HeartbeatParts) {
    this.#parts = parts
    this.#shown = URL.canParse(parts.url) ? `${new URL(parts.url).origin}/…` : 'heartbeat-url'
  }

  start(): void {
    this.#timer = setInterval(() => void this.beat(), HEARTBEAT_CHECK_MS)
  }

  /** Sends one if it is due and everything is well. */
  async beat(): Promise<void> {
    const { intervalMs, nowMs, logger } = this.#parts
    const now = nowMs()
    if (this.#attemptedAtMs !== null && now - this.#attemptedAtMs < intervalMs) return
    if (!this.#isWell(now)) return
    this.#attemptedAtMs = now // also when it fails: a service that is down is not asked more often
    try {
      await this.#send()
      if (this.#loggedAtMs !== null) logger.log('info', 'heartbeat sent again', { url: this.#shown })
      else logger.log('debug', 'heartbeat sent', { url: this.#shown })
      this.#loggedAtMs = null
    } catch (error) {
      if (this.#closing.signal.aborted) return
      const isNews = this.#loggedAtMs === null || now - this.#loggedAtMs >= FAILURE_LOG_MS
      if (isNews) this.#loggedAtMs = now
      const url = redactUrls(this.#parts.url) // its path is a key as well
      const told = describeError(error).replaceAll(url, this.#shown)
      logger.log(isNews ? 'error' : 'debug', 'heartbeat failed', { url: this.#shown, error: told })
    }
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#closing.abort(new Error('the heartbeat is over'))
  }

  /** There is a database, and each is there and was in its replica within the interval. */
  #isWell(now: number): boolean {
    const statuses = this.#parts.statuses()
    return (
      statuses.length > 0 &&
      statuses.every(
        ({ state, durableAtMs }) =>
          state !== 'absent' &&
          state !== 'failed' &&
          durableAtMs !== null &&
          now - durableAtMs <= this.#parts.intervalMs,
      )
    )
  }

  async #send(): Promise<void> {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(ANSWER_MS_MAX)])
    const { ok, status } = await this.#parts.fetch(this.#parts.url, { signal })
    if (!ok) throw new Error(`the service answered with status ${status}`)
  }
}
