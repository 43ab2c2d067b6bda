import {
  ClientError,
  observed,
  observedEach,
  translating,
  translatingEach,
  type Diagnose,
  type RequestBytes,
  type RequestKind,
} from '@ltx/client-core'
import { Channel } from './channel.ts'
import { connectSftp } from './connect.ts'
import { diagnose } from './errors.ts'
import type { SftpSettings } from './options.ts'
import { Session } from './session.ts'

/** A connection that nobody has needed for so long is given back to the server. */
const IDLE_MS = 60_000

export interface Call {
  readonly kind: RequestKind
  /** For messages: `read level 0 file …`. */
  readonly what: string
  readonly signal: AbortSignal | undefined
  /** What failures mean; as they do for writes when absent. */
  readonly diagnose?: Diagnose | undefined
}

/**
 * The one connection that all calls of a client share: made by the first that needs it, made again by the next one after it was lost.
 * Reports every call, and has every failure as a `ClientError`.
 */
export class Connection {
  readonly settings: SftpSettings
  #channel: Promise<Channel> | null = null
  #users = 0
  #idle: ReturnType<typeof setTimeout> | null = null
  #warned = false
  readonly #closing: AbortController = new AbortController()

  constructor(settings: SftpSettings) {
    this.settings = settings
  }

  async call<Result>(
    { kind, what, signal, diagnose: meaning = diagnose }: Call,
    work: (session: Session, counted: RequestBytes) => Promise<Result>,
  ): Promise<Result> {
    const { onRequest, env } = this.settings
    return await observed(onRequest, env.clock, kind, (counted) =>
      translating(what, meaning, signal, async () => {
        using lease = await this.#lease(signal)
        return await work(lease.session, counted)
      }),
    )
  }

  each<Item>(
    { kind, what, signal, diagnose: meaning = diagnose }: Call,
    work: (session: Session, counted: RequestBytes) => AsyncIterable<Item>,
  ): AsyncGenerator<Item, void, undefined> {
    const { onRequest, env } = this.settings
    const items = async function* (
      this: Connection,
      counted: RequestBytes,
    ): AsyncGenerator<Item, void, undefined> {
      using lease = await this.#lease(signal)
      yield* work(lease.session, counted)
    }
    return observedEach(onRequest, env.clock, kind, (counted) =>
      translatingEach(what, meaning, signal, items.call(this, counted)),
    )
  }

  /** Ends what is under way. */
  close(): void {
    const reason = new ClientError('CLIENT_CLOSED', 'the sftp client was closed meanwhile')
    this.#closing.abort(reason)
    this.#stopIdling()
    this.#giveBack(reason)
  }

  async #lease(signal: AbortSignal | undefined): Promise<Disposable & { readonly session: Session }> {
    this.#stopIdling()
    this.#users++
    const release = (): void => {
      if (--this.#users > 0 || this.#closing.signal.aborted) return
      this.#idle = setTimeout(() => this.#giveBack(new Error('idle')), IDLE_MS)
      this.#idle.unref()
    }
    try {
      const channel = await unlessAborted(this.#open(), signal)
      return { session: new Session(channel, signal), [Symbol.dispose]: release }
    } catch (error) {
      release()
      throw error
    }
  }

  #open(): Promise<Channel> {
    if (this.#channel !== null) return this.#channel
    const { settings } = this
    const forget = (): void => {
      if (this.#channel === opened) this.#channel = null
    }
    const opened = connectSftp(settings, (found) => this.#warn(found), this.#closing.signal).then(
      (wire) =>
        new Channel(wire, { clock: settings.env.clock, timeoutMs: settings.timeoutMs, onEnd: forget }),
    )
    this.#channel = opened
    opened.catch(forget)
    return opened
  }

  #giveBack(reason: unknown): void {
    const channel = this.#channel
    this.#channel = null
    channel?.then(
      (opened) => opened.close(reason),
      () => undefined, // told already to those who asked for it
    )
  }

  #stopIdling(): void {
    if (this.#idle !== null) clearTimeout(this.#idle)
    this.#idle = null
  }

  #warn(found: string): void {
    if (this.#warned) return
    this.#warned = true
    const { env, host } = this.settings
    env.logger.log('warn', 'sftp host key not verified: set host-key, or add the server to known_hosts', {
      host,
      found,
    })
  }
}

/** A connection is shared: whoever is no longer interested stops waiting, and it is made for the others. */
async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return await promise
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
