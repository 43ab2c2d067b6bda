import { ClientError, type CallOptions, type RequestBytes, type RequestKind } from '@ltx/client-core'
import type { Connection, ConsumerConfig, Msg, Opened } from './connect.ts'
import { NatsStatusError, NatsTransferError } from './errors.ts'
import { waitFor, withinMs } from './wait-for.ts'

/** Bytes asked for at once. */
const PULL_BYTES: number = 4 * 1024 * 1024

/** Messages asked for at once. */
const PULL_MESSAGES = 1000

/** A reader that takes so long for a chunk loses its place: the server keeps nothing of a process that is gone. */
const IDLE_NS: number = 15 * 60 * 1e9

export interface PulledMessage {
  /** Owned by the reader; empty when only headers were asked for. */
  readonly data: Uint8Array
  /** Bytes of the message, whether they came or not. */
  readonly size: number
  /** In the stream. */
  readonly sequence: number
  /** When the server stored it, in ms since the epoch. */
  readonly storedAtMs: number
}

export interface PullRequest extends CallOptions {
  readonly kind: RequestKind
  readonly what: string
  readonly subject: string
  /** First message by its sequence in the stream; absent: all there are. */
  readonly startSequence?: number | undefined
  /** Only the last message of each subject. */
  readonly lastOfEach?: boolean | undefined
  /** So many messages there have to be; with any other number there are none. */
  readonly count?: number | undefined
  /** Sizes, without the bytes. */
  readonly sizesOnly?: boolean | undefined
}

/**
 * The messages of a subject as they are stored now, in order, in pieces that the server sends when they are asked for. A message that
 * is lost on the way is a failure, as is a server that is silent for `timeoutMs`.
 *
 * @throws {ClientError}
 */
export async function* pullMessages(
  connection: Connection,
  request: PullRequest,
): AsyncGenerator<PulledMessage, void, undefined> {
  const { what, signal, kind } = request
  const opened = await connection.open(what, signal)
  const consumer = await connection.request(kind, what, { signal }, ({ manager }) =>
    manager.consumers.add(connection.stream, consumerConfig(opened, request)),
  )
  const inbox = new Inbox(opened, connection.settings.timeoutMs, signal)
  const pull: Pull = { inbox, opened, connection, consumer: consumer.name }
  try {
    let pending = consumer.num_pending
    if (request.count !== undefined && pending !== request.count) return
    let last = 0
    while (pending > 0) {
      const before = last
      const messages = connection.requestEach(kind, request, opened, (bytes) =>
        pullOnce(pull, pending, bytes),
      )
      for await (const message of messages) {
        connection.checkOpen(signal)
        if (message.index !== last + 1) throw lost(what)
        last = message.index
        pending = message.pending
        yield message
      }
      if (last > before) continue
      if ((await pendingOf(pull, request)) > 0) throw lost(what)
      return // what was pending is deleted
    }
  } finally {
    inbox.close()
    connection.tidy(() => opened.manager.consumers.delete(connection.stream, consumer.name))
  }
}

interface Pull {
  readonly inbox: Inbox
  readonly opened: Opened
  readonly connection: Connection
  readonly consumer: string
}

interface NumberedMessage extends PulledMessage {
  /** Counted from 1 by the server, for this consumer. */
  readonly index: number
  /** Messages after this one. */
  readonly pending: number
}

function consumerConfig({ stream }: Opened, request: PullRequest): Partial<ConsumerConfig> {
  const { subject, startSequence, lastOfEach, sizesOnly } = request
  const idleNsMax = stream.config.consumer_limits?.inactive_threshold ?? 0
  const policy =
    lastOfEach === true ? 'last_per_subject' : startSequence === undefined ? 'all' : 'by_start_sequence'
  return {
    filter_subject: subject,
    deliver_policy: policy,
    ...(startSequence === undefined ? {} : { opt_start_seq: startSequence }),
    ack_policy: 'none',
    ...(sizesOnly === true ? { headers_only: true } : {}),
    inactive_threshold: idleNsMax > 0 ? Math.min(idleNsMax, IDLE_NS) : IDLE_NS,
    mem_storage: true,
    num_replicas: 1,
  }
}

async function* pullOnce(
  { inbox, opened, connection, consumer }: Pull,
  pending: number,
  bytes: RequestBytes,
): AsyncGenerator<NumberedMessage, void, undefined> {
  const batch = Math.min(pending, PULL_MESSAGES)
  const largest = opened.nats.info?.max_payload ?? 0
  const body = { batch, no_wait: true, max_bytes: Math.max(PULL_BYTES, 2 * largest) }
  const reply = inbox.newSubject() // so that what the server says late about an earlier request is not taken for this one's
  const target = `$JS.API.CONSUMER.MSG.NEXT.${connection.stream}.${consumer}`
  opened.nats.publish(target, JSON.stringify(body), { reply })
  for (let count = 0; count < batch;) {
    const message = await inbox.next()
    const status = message.headers?.code ?? 0
    if (status !== 0 && message.subject !== reply) continue
    if (status === 0) {
      bytes.down += message.data.length
      yield numbered(message)
      count++
      continue
    }
    const { description = '' } = message.headers ?? {}
    if (status === 404 || status === 408 || /exceeds maxbytes|batch completed/i.test(description)) return
    throw new NatsStatusError(`the server ended the transfer: ${status} ${description}`)
  }
}

/** @see NATS ADR-15: `$JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<deliveries>.<sequence>.<index>.<ns>.<pending>[.<token>]` */
function numbered({ reply = '', data, headers }: Msg): NumberedMessage {
  const tokens = reply.split('.')
  const [, , , sequence, index, time, pending] = tokens.slice(tokens.length === 9 ? 2 : 4)
  if (!reply.startsWith('$JS.ACK.') || pending === undefined) {
    throw new Error('a message has no place in its stream')
  }
  return {
    data,
    size: Number(headers?.get('Nats-Msg-Size') || data.length),
    sequence: Number(sequence),
    index: Number(index),
    pending: Number(pending),
    storedAtMs: Math.floor(Number(time) / 1e6),
  }
}

async function pendingOf(
  { connection, consumer }: Pull,
  { kind, what, signal }: PullRequest,
): Promise<number> {
  const info = await connection.request(kind, what, { signal }, ({ manager }) =>
    manager.consumers.info(connection.stream, consumer),
  )
  return info.num_pending
}

function lost(what: string): ClientError {
  return new ClientError('CLIENT_UNREACHABLE', `cannot ${what}: messages were lost on the way`)
}

/** Where pulled messages arrive. */
class Inbox {
  readonly #base: string
  #requests = 0
  readonly #timeoutMs: number
  readonly #signal: AbortSignal | undefined
  readonly #subscription: { unsubscribe(): void }
  readonly #messages: Msg[] = []
  readonly #opened: Opened
  readonly #onEnd = (): void => this.#fail(new NatsTransferError('the connection was cut'))
  #failure: { readonly error: unknown } | null = null
  #wake: (() => void) | null = null

  constructor(opened: Opened, timeoutMs: number, signal: AbortSignal | undefined) {
    const { sdk, nats } = opened
    this.#opened = opened
    this.#timeoutMs = timeoutMs
    this.#signal = signal
    this.#base = sdk.createInbox()
    this.#subscription = nats.subscribe(`${this.#base}.*`, {
      callback: (error, message) => {
        if (error !== null) this.#fail(error)
        else this.#messages.push(message)
        this.#wake?.()
      },
    })
    opened.onEnd.add(this.#onEnd)
    if (nats.isClosed()) this.#onEnd()
  }

  /** Where the answers to one request shall go. */
  newSubject(): string {
    return `${this.#base}.${++this.#requests}`
  }

  async next(): Promise<Msg> {
    while (this.#messages.length === 0) {
      if (this.#failure !== null) throw this.#failure.error
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      await waitFor(withinMs(promise, this.#timeoutMs, 'reading'), this.#signal)
    }
    return this.#messages.shift() as Msg
  }

  close(): void {
    this.#messages.length = 0
    this.#opened.onEnd.delete(this.#onEnd)
    this.#subscription.unsubscribe()
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#wake?.()
  }
}
