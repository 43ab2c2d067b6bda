/** One message as a stream keeps it. */
export interface StoredMessage {
  readonly sequence: number
  readonly subject: string
  /** `NATS/1.0…` with its empty line; empty: none. */
  readonly headers: Buffer
  readonly data: Buffer
  timeMs: number
}

interface Consumer {
  readonly filter: string
  readonly headersOnly: boolean
  /** Sequences still to deliver; messages that come later follow them. */
  next: number
  readonly skipped: ReadonlySet<number>
  delivered: number
}

export interface Delivery {
  readonly message: StoredMessage
  readonly index: number
  readonly pending: number
  readonly headersOnly: boolean
}

export class ApiError extends Error {
  readonly code: number
  readonly status: number

  constructor(status: number, code: number, description: string) {
    super(description)
    this.status = status
    this.code = code
  }
}

/** The stream of an object store, with the rules of the server: sequences, rollups, conditions, limits, consumers. */
export class FakeStream {
  readonly bucket: string
  readonly config: Record<string, unknown>
  messages: StoredMessage[] = []
  readonly #consumers = new Map<string, Consumer>()
  /** How far the server's clock is off, in ms. */
  clockAheadMs = 0
  #lastSequence = 0
  #consumersMade = 0
  /** Deliveries of one request for messages at most. */
  readonly #perPull: number

  constructor(bucket: string, perPull: number, config: Readonly<Record<string, unknown>> = {}) {
    this.bucket = bucket
    this.#perPull = perPull
    this.config = {
      name: `OBJ_${bucket}`,
      subjects: [`$O.${bucket}.C.>`, `$O.${bucket}.M.>`],
      discard: 'new',
      max_bytes: -1,
      max_age: 0,
      max_msg_size: -1,
      allow_rollup_hdrs: true,
      sealed: false,
      consumer_limits: {},
      ...config,
    }
  }

  get nowMs(): number {
    return Date.now() + this.clockAheadMs
  }

  get consumerCount(): number {
    return this.#consumers.size
  }

  /** As a server does that has restarted: those of our kind are in memory alone. */
  forgetConsumers(): void {
    this.#consumers.clear()
  }

  of(subject: string): StoredMessage[] {
    return this.messages.filter((message) => matches(subject, message.subject))
  }

  publish(subject: string, headers: Buffer, data: Buffer): { readonly stream: string; readonly seq: number } {
    if (this.config['sealed'] === true) throw new ApiError(400, 10109, 'invalid operation on sealed stream')
    const sizeMax = Number(this.config['max_msg_size'])
    const size = headers.length + data.length
    if (sizeMax > 0 && size > sizeMax) throw new ApiError(400, 10054, 'message size exceeds maximum allowed')
    const expected = headerOf(headers, 'Nats-Expected-Last-Subject-Sequence')
    const last = this.of(subject).at(-1)?.sequence ?? 0
    if (expected !== null && Number(expected) !== last) {
      throw new ApiError(400, 10071, `wrong last sequence: ${last}`)
    }
    const rollup = headerOf(headers, 'Nats-Rollup') === 'sub'
    if (rollup && this.config['allow_rollup_hdrs'] !== true)
      throw new ApiError(500, 10111, 'rollup not permitted')
    const bytesMax = Number(this.config['max_bytes'])
    const used = this.messages.reduce((sum, each) => sum + each.data.length + each.headers.length, 0)
    if (bytesMax > 0 && used + size > bytesMax) throw new ApiError(503, 10077, 'maximum bytes exceeded')
    if (rollup) this.messages = this.messages.filter((message) => message.subject !== subject)
    const sequence = ++this.#lastSequence
    this.messages.push({ sequence, subject, headers, data, timeMs: this.nowMs })
    return { stream: `OBJ_${this.bucket}`, seq: sequence }
  }

  info(subjectsFilter: string | undefined): Record<string, unknown> {
    const subjects: Record<string, number> = {}
    if (subjectsFilter !== undefined) {
      for (const { subject } of this.of(subjectsFilter)) subjects[subject] = (subjects[subject] ?? 0) + 1
    }
    const count = Object.keys(subjects).length
    return {
      config: this.config,
      created: isoOf(0),
      state: { messages: this.messages.length, ...(count === 0 ? {} : { subjects }) },
      ts: isoOf(this.nowMs),
      ...(subjectsFilter === undefined ? {} : { total: count, offset: 0, limit: 100_000 }),
    }
  }

  get(query: {
    readonly last_by_subj?: string
    readonly seq?: number
    readonly next_by_subj?: string
  }): unknown {
    const { last_by_subj: last, next_by_subj: next, seq = 0 } = query
    const message =
      last === undefined ? this.of(next ?? '>').find(({ sequence }) => sequence >= seq) : this.of(last).at(-1)
    if (message === undefined) throw new ApiError(404, 10037, 'no message found')
    const { subject, sequence, headers, data, timeMs } = message
    const hdrs = headers.length === 0 ? {} : { hdrs: headers.toString('base64') }
    return {
      message: { subject, seq: sequence, ...hdrs, data: data.toString('base64'), time: isoOf(timeMs) },
    }
  }

  purge({ filter = '>', seq = Infinity }: { readonly filter?: string; readonly seq?: number }): unknown {
    if (this.config['sealed'] === true) throw new ApiError(400, 10109, 'invalid operation on sealed stream')
    const before = this.messages.length
    this.messages = this.messages.filter(
      ({ subject, sequence }) => !matches(filter, subject) || sequence >= seq,
    )
    return { success: true, purged: before - this.messages.length }
  }

  addConsumer(config: Readonly<Record<string, unknown>>): unknown {
    const filter = String(config['filter_subject'])
    const skipped = new Set<number>()
    if (config['deliver_policy'] === 'last_per_subject') {
      const last = new Map(this.of(filter).map((message) => [message.subject, message.sequence]))
      for (const { subject, sequence } of this.of(filter)) {
        if (last.get(subject) !== sequence) skipped.add(sequence)
      }
    }
    const name = `consumer${++this.#consumersMade}`
    const next = Number(config['opt_start_seq'] ?? 1)
    const consumer = { filter, headersOnly: config['headers_only'] === true, next, skipped, delivered: 0 }
    this.#consumers.set(name, consumer)
    return this.consumerInfo(name)
  }

  consumerInfo(name: string): unknown {
    const consumer = this.#consumers.get(name)
    if (consumer === undefined) throw new ApiError(404, 10014, 'consumer not found')
    const stream = `OBJ_${this.bucket}`
    return { stream_name: stream, name, config: {}, num_pending: this.#pending(consumer).length }
  }

  deleteConsumer(name: string): unknown {
    if (!this.#consumers.delete(name)) throw new ApiError(404, 10014, 'consumer not found')
    return { success: true }
  }

  /** What a request for messages gets, and how it ends; `null`: with its last message. */
  pull(
    name: string,
    { batch, max_bytes: bytesMax }: { readonly batch: number; readonly max_bytes: number },
  ): { readonly deliveries: Delivery[]; readonly status: string | null } | null {
    const consumer = this.#consumers.get(name)
    if (consumer === undefined) return null
    const deliveries: Delivery[] = []
    let bytes = 0
    while (deliveries.length < batch) {
      const [message, ...rest] = this.#pending(consumer)
      if (message === undefined) return { deliveries, status: '404 No Messages' }
      bytes += message.data.length
      if (bytes > bytesMax || deliveries.length === this.#perPull) {
        return { deliveries, status: '409 Message Size Exceeds MaxBytes' }
      }
      consumer.next = message.sequence + 1
      const { headersOnly } = consumer
      deliveries.push({ message, index: ++consumer.delivered, pending: rest.length, headersOnly })
    }
    return { deliveries, status: '409 Batch Completed' }
  }

  #pending({ filter, next, skipped }: Consumer): StoredMessage[] {
    return this.of(filter).filter(({ sequence }) => sequence >= next && !skipped.has(sequence))
  }
}

export function headerOf(headers: Buffer, name: string): string | null {
  const line = headers
    .toString()
    .split('\r\n')
    .find((each) => each.startsWith(`${name}:`))
  return line === undefined ? null : line.slice(name.length + 1).trim()
}

/** Whether a subject is one of a pattern with `*` and `>`. */
export function matches(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.')
  const tokens = subject.split('.')
  for (const [index, token] of wanted.entries()) {
    if (token === '>') return tokens.length > index
    if (index >= tokens.length || (token !== '*' && token !== tokens[index])) return false
  }
  return tokens.length === wanted.length
}

function isoOf(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('Z', '123456Z') // the server says nanoseconds
}
