import type * as JetStreamSdk from '@nats-io/jetstream'
import type { JetStreamClient, JetStreamManager, StreamInfo } from '@nats-io/jetstream'
import type * as NatsSdk from '@nats-io/transport-node'
import type { NatsConnection } from '@nats-io/transport-node'
import {
  ClientError,
  observed,
  observedEach,
  toClientError,
  translating,
  translatingEach,
  type CallOptions,
  type Diagnosis,
  type RequestBytes,
  type RequestKind,
} from '@ltx/client-core'
import { apiCodeOf, diagnose, isAnswer, NatsTransferError } from './errors.ts'
import { loginOptions } from './login.ts'
import { streamOf } from './object-meta.ts'
import { badOptions, type NatsSettings } from './options.ts'
import { waitFor, withinMs } from './wait-for.ts'

export type { ConsumerConfig, StoredMsg } from '@nats-io/jetstream'
export type { Authenticator, ConnectionOptions, Msg, TlsOptions } from '@nats-io/transport-node'

/** The SDK, loaded when the first request needs it. */
export type Sdk = typeof NatsSdk & Pick<typeof JetStreamSdk, 'jetstream' | 'jetstreamManager'>

export interface Opened {
  readonly sdk: Sdk
  readonly nats: NatsConnection
  readonly jetstream: JetStreamClient
  readonly manager: JetStreamManager
  /** As it was when the connection was made. */
  readonly stream: StreamInfo
  /** Called when the connection has ended. */
  readonly onEnd: Set<() => void>
}

export interface RequestOptions extends CallOptions {
  readonly bytesUp?: number | undefined
}

/** The server asks for a sign of life this often, and so do we. */
const PING_MS = 20_000

/** How long closing waits for what is tidied up. */
const TIDY_MS = 3000

/** The connection to one object store: made by the first request, shared by all, and made again when it was lost. */
export class Connection {
  readonly settings: NatsSettings
  readonly stream: string
  readonly #closing = new AbortController()
  readonly #tidying = new Set<Promise<void>>()
  #opening: Promise<Opened> | null = null
  #wasOpen = false

  constructor(settings: NatsSettings) {
    this.settings = settings
    this.stream = streamOf(settings.bucket)
  }

  /**
   * One request with a report: an answer later than `timeoutMs` is a failure. `what` reads like `read level 0 file …`.
   *
   * @throws {ClientError}; `signal.reason` as it is
   */
  async request<Result>(
    kind: RequestKind,
    what: string,
    { signal, bytesUp = 0 }: RequestOptions,
    send: (opened: Opened, bytes: RequestBytes) => Promise<Result>,
  ): Promise<Result> {
    const opened = await this.open(what, signal)
    const { onRequest, env } = this.settings
    return await observed(onRequest, env.clock, kind, (bytes) => {
      bytes.up = bytesUp
      return translating(
        what,
        (error) => this.#diagnoseOf(opened, error),
        signal,
        () => waitFor(send(opened, bytes), signal),
      )
    })
  }

  /** Waits for a request under way, for `timeoutMs` from now. */
  async waitForProgress(
    request: Promise<void>,
    what: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const opening = this.#opening
    try {
      await withinMs(request, this.settings.timeoutMs, 'sending')
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof NatsTransferError) {
        const opened = await opening?.catch(() => undefined)
        opened?.nats.close().catch(() => undefined)
      }
      throw toClientError(error, what, (each) => this.diagnose(each))
    }
  }

  /** The same for a request that many messages answer, on a connection that is open. */
  requestEach<Item>(
    kind: RequestKind,
    { what, signal }: CallOptions & { readonly what: string },
    opened: Opened,
    items: (bytes: RequestBytes) => AsyncIterable<Item>,
  ): AsyncGenerator<Item, void, undefined> {
    const { onRequest, env } = this.settings
    return observedEach(onRequest, env.clock, kind, (bytes) =>
      translatingEach(what, (error) => this.#diagnoseOf(opened, error), signal, items(bytes)),
    )
  }

  /** A connection that does not answer is not used again: what was sent on it and is not answered will not come late. */
  #diagnoseOf(opened: Opened, error: unknown): Diagnosis {
    const diagnosis = this.diagnose(error)
    const unanswered = diagnosis.code === 'CLIENT_UNREACHABLE' && !isAnswer(error)
    if (unanswered || diagnosis.code === 'CLIENT_BAD_OPTIONS') opened.nats.close().catch(() => undefined)
    return diagnosis
  }

  diagnose(error: unknown): Diagnosis {
    if (this.#closing.signal.aborted)
      return { code: 'CLIENT_CLOSED', hint: 'the client was closed meanwhile' }
    return diagnose(error)
  }

  /** The connection, and a look at the object store when it is a new one. */
  async open(what: string, signal: AbortSignal | undefined): Promise<Opened> {
    this.checkOpen(signal)
    return await translating(
      what,
      (error) => this.diagnose(error),
      signal,
      async () => {
        this.#opening ??= this.#open()
        const opening = this.#opening
        try {
          return await waitFor(waitFor(opening, this.#closing.signal), signal)
        } catch (error) {
          if (this.#opening === opening && signal?.aborted !== true) this.#opening = null // the next call tries again
          throw error
        }
      },
    )
  }

  /** Something whose outcome nobody waits for, but `close`, for a moment. */
  tidy(work: () => Promise<unknown>): void {
    if (this.#closing.signal.aborted) return
    const done: Promise<void> = work()
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => this.#tidying.delete(done))
    this.#tidying.add(done)
  }

  checkOpen(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted()
    if (this.#closing.signal.aborted) throw new ClientError('CLIENT_CLOSED', 'the nats client is closed')
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    const tidied = Promise.all(this.#tidying)
    await withinMs(tidied, TIDY_MS, 'tidying up').catch(() => undefined)
    this.#closing.abort(new ClientError('CLIENT_CLOSED', 'the nats client was closed'))
    const ended = this.#opening?.then(({ nats }) => nats.close())
    if (ended !== undefined) await withinMs(ended, TIDY_MS, 'closing').catch(() => undefined)
  }

  async #open(): Promise<Opened> {
    const { timeoutMs } = this.settings
    const [nats, jetstream] = await Promise.all([
      import('@nats-io/transport-node'),
      import('@nats-io/jetstream'),
    ])
    const sdk: Sdk = { ...nats, jetstream: jetstream.jetstream, jetstreamManager: jetstream.jetstreamManager }
    const connection = await this.#dial(sdk)
    try {
      const manager = await sdk.jetstreamManager(connection, { checkAPI: false, timeout: timeoutMs })
      const stream = await this.#checkedStream(connection, manager)
      const opening = this.#opening
      const onEnd = new Set<() => void>()
      void connection.closed().then(() => {
        if (this.#opening === opening) this.#opening = null
        for (const call of onEnd) call()
      })
      this.#closing.signal.throwIfAborted()
      this.#wasOpen = true
      return {
        sdk,
        nats: connection,
        jetstream: sdk.jetstream(connection, { timeout: timeoutMs }),
        manager,
        stream,
        onEnd,
      }
    } catch (error) {
      connection.close().catch(() => undefined)
      throw error
    }
  }

  /** A connection that was lost is dialled again; the first one is tried once, so that a wrong setting is known at once. */
  async #dial(sdk: Sdk): Promise<NatsConnection> {
    const { env, server, connectTimeoutMs, maxReconnects, reconnectWaitMs } = this.settings
    const endMs = env.clock.elapsedMs() + connectTimeoutMs
    const triesMax = !this.#wasOpen ? 0 : maxReconnects === -1 ? Infinity : maxReconnects
    const login = await loginOptions(sdk, this.settings)
    for (let tries = 0; ; tries++) {
      try {
        return await sdk.connect({
          servers: server,
          name: 'ltx',
          timeout: connectTimeoutMs,
          pingInterval: PING_MS,
          reconnect: false, // a publish that nobody waits for any more must not be sent by a later connection
          noAsyncTraces: true,
          ...login,
        })
      } catch (error) {
        const isLate = env.clock.elapsedMs() + reconnectWaitMs >= endMs
        if (tries >= triesMax || isLate || diagnose(error).code !== 'CLIENT_UNREACHABLE') throw error
        await env.clock.sleep(reconnectWaitMs, { signal: this.#closing.signal })
      }
    }
  }

  async #checkedStream(nats: NatsConnection, manager: JetStreamManager): Promise<StreamInfo> {
    const { bucket, env } = this.settings
    let stream: StreamInfo
    try {
      stream = await manager.streams.info(this.stream)
    } catch (cause) {
      if (apiCodeOf(cause) === 10059) {
        throw badOptions(
          `there is no object store ${bucket} in this account: create it with \`nats object add ${bucket}\`, or check its name and the login`,
          { cause },
        )
      }
      const unanswered = cause instanceof Error && cause.name === 'JetStreamNotEnabled'
      if (unanswered && nats.info?.jetstream !== true) {
        throw badOptions('the server has no JetStream: start it with -js', { cause })
      }
      throw cause
    }
    const { max_age: ageMax, discard } = stream.config
    if (ageMax > 0 || discard !== 'new') {
      const limit = ageMax > 0 ? 'max_age' : `discard ${discard}`
      env.logger.log('warn', 'the object store forgets objects by itself, so backups in it will go', {
        bucket,
        limit,
      })
    }
    return stream
  }
}
