import type { Clock } from '@ltx/env'
import type { NativeSftp, Wire } from './connect.ts'
import { SftpConnectionError, SftpStatusError } from './errors.ts'

/** A single request that is overtaken by others, or whose work takes long, has so many times as long. */
const PATIENCE = 20

/** How long a peer gets to close in good order. */
const CLOSING_MS = 1000

interface Pending {
  readonly startedMs: number
  readonly patient: boolean
  readonly reject: (error: unknown) => void
}

export interface RequestMore<Value> {
  /** Takes what comes after the caller has stopped waiting, so that it can be given back. */
  readonly late?: (value: Value) => void
  /** The server may be at it for long before it answers; whether it is still there is seen by the checks of the connection. */
  readonly patient?: boolean
}

/** What ssh2 calls when the answer is there. */
export type Done<Value> = (error?: Error | null, value?: Value) => void

/**
 * Requests over one session: each ends when it is answered, when its signal fires, or with the connection. A server from which nothing
 * comes for too long while something is asked of it counts as gone.
 */
export class Channel {
  readonly #wire: Wire
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #onEnd: () => void
  readonly #pending: Set<Pending> = new Set()
  #lastAnswerMs = 0
  #timer: ReturnType<typeof setTimeout> | null = null
  #failure: unknown = null

  constructor(
    wire: Wire,
    { clock, timeoutMs, onEnd }: { readonly clock: Clock; readonly timeoutMs: number; onEnd: () => void },
  ) {
    this.#wire = wire
    this.#clock = clock
    this.#timeoutMs = timeoutMs
    this.#onEnd = onEnd
    const { client, sftp } = wire
    const lost = (error?: unknown): void => this.fail(lostBy(error))
    client.on('error', lost)
    client.on('close', () => lost())
    sftp.on('error', lost)
    sftp.on('end', () => lost())
    sftp.on('close', () => lost())
  }

  /** @param start sends the request */
  request<Value>(
    signal: AbortSignal | undefined,
    start: (sftp: NativeSftp, done: Done<Value>) => void,
    { late, patient = false }: RequestMore<Value> = {},
  ): Promise<Value> {
    const { promise, resolve, reject } = Promise.withResolvers<Value>()
    if (this.#failure !== null || signal?.aborted === true) {
      reject(signal?.aborted === true ? signal.reason : this.#failure)
      return promise
    }
    const settle = (end: () => void): void => {
      if (!this.#pending.delete(pending)) return
      signal?.removeEventListener('abort', onAbort)
      end()
    }
    const pending: Pending = {
      startedMs: this.#clock.elapsedMs(),
      patient,
      reject: (error) => settle(() => reject(error)),
    }
    const onAbort = (): void => pending.reject(signal?.reason)
    this.#pending.add(pending)
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#watch()
    try {
      start(this.#wire.sftp, (error, value) => {
        this.#lastAnswerMs = this.#clock.elapsedMs()
        const waiting = this.#pending.has(pending)
        if (error !== undefined && error !== null) pending.reject(statusOf(error))
        else if (waiting) settle(() => resolve(value as Value))
        else late?.(value as Value)
      })
    } catch (error) {
      pending.reject(error)
    }
    return promise
  }

  /** Ends the connection at once, and all that waits for it with this error. */
  fail(error: unknown): void {
    if (!this.#end(error)) return
    this.#wire.client.destroy()
  }

  /** Says goodbye. */
  close(error: unknown): void {
    if (!this.#end(error)) return
    const { client } = this.#wire
    const timer = setTimeout(() => client.destroy(), CLOSING_MS)
    client.on('close', () => clearTimeout(timer))
    client.end()
  }

  #end(error: unknown): boolean {
    if (this.#failure !== null) return false
    this.#failure = error
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#onEnd()
    for (const pending of this.#pending) pending.reject(error)
    return true
  }

  #watch(): void {
    this.#timer ??= setTimeout(() => this.#look(), this.#timeoutMs)
  }

  #look(): void {
    this.#timer = null
    const [oldest] = this.#pending
    if (oldest === undefined) return
    const nowMs = this.#clock.elapsedMs()
    const silentMs = nowMs - Math.max(oldest.startedMs, this.#lastAnswerMs)
    const silent = silentMs >= this.#timeoutMs && !oldest.patient // what came after a patient one waits behind it
    if (silent || nowMs - oldest.startedMs >= this.#timeoutMs * PATIENCE) {
      this.fail(new SftpConnectionError('unreachable', `no answer within ${this.#timeoutMs} ms`))
      return
    }
    this.#timer = setTimeout(() => this.#look(), Math.max(this.#timeoutMs - silentMs, this.#timeoutMs / 10))
  }
}

function lostBy(error: unknown): SftpConnectionError {
  if (error === undefined) return new SftpConnectionError('unreachable', 'the connection was closed')
  const { code, message } = error as { readonly code?: unknown; readonly message: string }
  const busy = code === 12 // too many connections
  return new SftpConnectionError(busy ? 'busy' : 'unreachable', `the connection was lost: ${message}`, {
    cause: error,
  })
}

/** A number is the server's answer; without one, the answer never came. */
function statusOf(error: Error & { readonly code?: unknown }): Error {
  return typeof error.code === 'number' ? new SftpStatusError(error.code, error.message) : lostBy(error)
}
