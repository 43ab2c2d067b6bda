import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { nkeys } from '@nats-io/transport-node'
import { answer, attempt, perform, placeOf, sendDelivery, type Kind, type Publish } from './fake-requests.ts'
import { ApiError, FakeStream } from './fake-stream.ts'
import { FakeWire, type Command } from './fake-wire.ts'

const QUIET_MS = 25

export const USER = 'somebody'
export const PASSWORD = 'a secret of the test'
export const TOKEN = 'a token of the test'

export type Fault =
  | { readonly kind: 'api'; readonly status: number; readonly code: number; readonly description: string }
  /** No permission for the subject. */
  | { readonly kind: 'denied' }
  /** The connection is cut, before anything happens. */
  | { readonly kind: 'cut' }
  /** It is done, and the connection is cut before the answer. */
  | { readonly kind: 'lost-reply' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'no-responders' }
  /** After so many messages of a transfer no more come. */
  | { readonly kind: 'stall'; readonly after: number }
  /** A message of a transfer does not come. */
  | { readonly kind: 'skip'; readonly index: number }
  /** One byte of the message is another. */
  | { readonly kind: 'flip' }

export interface FakeOptions {
  /** Deliveries of one request for messages at most; all when absent. */
  readonly perPull?: number
  /** Bytes of a message, with its headers. */
  readonly payloadMax?: number
  readonly jetstream?: boolean
  /** The public key that may log in. */
  readonly nkey?: string
}

/** A NATS server with the part of JetStream that object stores need. Strict: it refuses what it does not know. */
export class FakeServer implements AsyncDisposable {
  readonly streams: Map<string, FakeStream> = new Map<string, FakeStream>()
  readonly #server: Server
  readonly #options: FakeOptions
  readonly #sockets = new Set<Socket>()
  readonly #faults: { readonly bucket: string; readonly fault: Fault; readonly on: Kind | null }[] = []
  readonly #counts = new Map<string, number>()
  connections = 0
  #buckets = 0
  #requests = 0

  constructor(options: FakeOptions) {
    this.#options = options
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket))
  }

  async listen(port: number = 0): Promise<void> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`
  }

  newBucket(config: Readonly<Record<string, unknown>> = {}): FakeStream {
    const stream = new FakeStream(`bucket-${++this.#buckets}`, this.#options.perPull ?? Infinity, config)
    this.streams.set(stream.bucket, stream)
    return stream
  }

  /** Lets the next request fail, or the next one of a kind. */
  fail(stream: FakeStream, fault: Fault, on: Kind | null = null): void {
    this.#faults.push({ bucket: stream.bucket, fault, on })
  }

  count(stream: FakeStream, kind: Kind): number {
    return this.#counts.get(`${stream.bucket} ${kind}`) ?? 0
  }

  /** Until nothing has been asked for a moment: what a client does in the background would meet a fault in place of the test. */
  async whenQuiet(): Promise<void> {
    for (let before = -1; before !== this.#requests;) {
      before = this.#requests
      await setTimeout(QUIET_MS)
    }
  }

  /** Ends all connections, as a server that restarts. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cutAll()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #accept(socket: Socket): void {
    this.connections++
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    const nonce = `nonce${this.connections}`
    const { payloadMax = 1024 * 1024, jetstream = true } = this.#options
    const info = {
      server_id: 'fake',
      version: '2.15.1',
      proto: 1,
      headers: true,
      max_payload: payloadMax,
      nonce,
      jetstream,
    }
    let isIn = false
    const wire: FakeWire = new FakeWire(socket, info, (command) => {
      if (command.kind === 'connect') isIn = this.#isWelcome(command.login, nonce)
      if (!isIn) {
        wire.error('Authorization Violation')
        wire.end()
        return
      }
      this.#obey(wire, command)
    })
  }

  #isWelcome(login: Readonly<Record<string, unknown>>, nonce: string): boolean {
    const { user, pass, auth_token: token, nkey, sig } = login
    if (user === USER && pass === PASSWORD) return true
    if (token === TOKEN) return true
    if (typeof nkey !== 'string' || typeof sig !== 'string' || nkey !== this.#options.nkey) return false
    return nkeys.fromPublic(nkey).verify(Buffer.from(nonce), Buffer.from(sig, 'base64'))
  }

  #obey(wire: FakeWire, command: Command): void {
    switch (command.kind) {
      case 'ping':
        wire.pong()
        break
      case 'sub':
        wire.subscribe(command.id, command.subject)
        break
      case 'unsub':
        wire.unsubscribe(command.id)
        break
      case 'publish':
        this.#request(wire, command)
        break
      case 'connect':
      case 'pong':
    }
  }

  #request(wire: FakeWire, request: Publish): void {
    const { subject, reply, headers, data } = request
    this.#requests++
    if (headers.length + data.length > (this.#options.payloadMax ?? Infinity)) {
      wire.error('Maximum Payload Violation')
      wire.end()
      return
    }
    const place = placeOf(subject)
    const stream = place === null ? undefined : this.streams.get(place.bucket)
    if (reply === null) throw new Error(`nobody asked for an answer to ${subject}`)
    if (place === null) throw new Error(`the fake does not know ${subject}`)
    if (this.#options.jetstream === false) return wire.status(reply, '503')
    const fault = this.#takeFault(place.bucket, place.kind)
    const counter = `${place.bucket} ${place.kind}`
    this.#counts.set(counter, (this.#counts.get(counter) ?? 0) + 1)
    if (fault?.kind === 'denied') return wire.error(`Permissions Violation for Publish to "${subject}"`)
    if (fault?.kind === 'cut') return wire.cut()
    if (fault?.kind === 'silent') return
    if (fault?.kind === 'no-responders') return wire.status(reply, '503')
    if (stream === undefined) {
      if (subject.startsWith('$O.')) return wire.status(reply, '503')
      return answer(wire, reply, new ApiError(404, 10059, 'stream not found'))
    }
    if (place.kind === 'PULL') return this.#pull(wire, reply, stream, place.rest, data, fault)
    const result = attempt(() => {
      if (fault?.kind === 'api') throw new ApiError(fault.status, fault.code, fault.description)
      return perform(stream, place, request)
    })
    if (fault?.kind === 'lost-reply') return wire.cut()
    answer(wire, reply, result)
  }

  #takeFault(bucket: string, kind: Kind): Fault | null {
    const index = this.#faults.findIndex((each) => each.bucket === bucket && (each.on ?? kind) === kind)
    return this.#faults.splice(index, index === -1 ? 0 : 1)[0]?.fault ?? null
  }

  #pull(
    wire: FakeWire,
    reply: string,
    stream: FakeStream,
    consumer: string,
    body: Buffer,
    fault: Fault | null,
  ): void {
    const request = JSON.parse(body.toString()) as { batch: number; max_bytes: number }
    const pulled = stream.pull(consumer, request)
    if (pulled === null) return wire.status(reply, '503')
    for (const [index, delivery] of pulled.deliveries.entries()) {
      if (fault?.kind === 'stall' && index === fault.after) return
      if (fault?.kind === 'skip' && index === fault.index) continue
      sendDelivery(wire, reply, { stream, consumer }, delivery, fault?.kind === 'flip')
    }
    if (pulled.status !== null) wire.status(reply, pulled.status)
  }
}

export async function startFakeServer(options: FakeOptions = {}, port: number = 0): Promise<FakeServer> {
  const server = new FakeServer(options)
  await server.listen(port)
  return server
}
