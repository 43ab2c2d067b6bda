import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { checkSignature } from './check-signature.ts'
import { FakeBucket, Refusal } from './fake-objects.ts'
import { operationOf, perform, type Exchange, type Operation } from './fake-operations.ts'

export type Fault =
  | {
      readonly kind: 'refuse'
      readonly status: number
      readonly code: string
      readonly message?: string
      readonly endpoint?: string
    }
  /** An answer that has no XML, as of a proxy. */
  | { readonly kind: 'bare'; readonly status: number }
  /** Before it is done. */
  | { readonly kind: 'cut' }
  /** It is done, and the connection is cut before the answer. */
  | { readonly kind: 'lost-reply' }
  | { readonly kind: 'hang' }
  /** The body of an object ends after so many bytes. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  /** The body of an object stops after so many bytes. */
  | { readonly kind: 'stall'; readonly bytes: number }
  /** A byte changes before it arrives. */
  | { readonly kind: 'flip-sent' }

export interface FakeOptions {
  /** Keys of a page at most. */
  readonly perPage: number
  readonly region?: string
}

/** OSS as far as a replica needs it, and nothing that it would not do: signatures, digests, names and sizes are checked. */
export class FakeServer implements AsyncDisposable {
  readonly buckets: Map<string, FakeBucket> = new Map<string, FakeBucket>()
  readonly options: FakeOptions
  /** How far the fake's clock is ahead, in ms. */
  clockAheadMs = 0
  readonly signatures: Set<string> = new Set<string>()
  readonly #server: Server
  readonly #faults: { readonly bucket: string; readonly fault: Fault; readonly on: Operation | null }[] = []
  readonly #counts = new Map<string, number>()
  #buckets = 0

  constructor(options: FakeOptions) {
    this.options = options
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  newBucket(name: string = `bucket-${++this.#buckets}`): FakeBucket {
    const bucket = new FakeBucket(name)
    this.buckets.set(name, bucket)
    return bucket
  }

  /** Lets the next request fail, or the next one of an operation. */
  fail(bucket: FakeBucket, fault: Fault, on: Operation | null = null): void {
    this.#faults.push({ bucket: bucket.name, fault, on })
  }

  count(bucket: FakeBucket, operation: Operation): number {
    return this.#counts.get(`${bucket.name} ${operation}`) ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('server', 'AliyunOSS')
    response.setHeader('date', new Date(Date.now() + this.clockAheadMs).toUTCString())
    const parts: Buffer[] = []
    try {
      for await (const part of request) parts.push(part as Buffer)
    } catch {
      return // the client has gone
    }
    const exchange = this.#read(request, response, Buffer.concat(parts))
    const { bucket, operation } = exchange
    const counter = `${bucket} ${operation}`
    this.#counts.set(counter, (this.#counts.get(counter) ?? 0) + 1)
    const fault = this.#takeFault(bucket, operation)
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'cut') return void request.socket.resetAndDestroy()
    if (fault?.kind === 'bare') return void response.writeHead(fault.status).end()
    try {
      if (fault?.kind === 'refuse') throw new Refusal(fault.status, fault.code, fault.message, fault.endpoint)
      if (fault?.kind === 'lost-reply') {
        response.end = (): ServerResponse => response
        response.writeHead = (): ServerResponse => response
      }
      this.#perform(exchange, fault)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refuse(exchange, error)
    }
    if (fault?.kind === 'lost-reply') request.socket.resetAndDestroy()
  }

  #perform(exchange: Exchange, fault: Fault | null): void {
    const { request, bucket, key, query, body } = exchange
    const { region = 'cn-hangzhou' } = this.options
    const nowMs = Date.now() + this.clockAheadMs
    this.signatures.add(checkSignature({ request, bucket, key, query, region, nowMs }))
    const sent =
      fault?.kind === 'flip-sent' ? Buffer.from(body.map((byte, at) => (at === 150 ? byte ^ 1 : byte))) : body
    const md5 = request.headers['content-md5']
    if (md5 !== undefined && createHash('md5').update(sent).digest('base64') !== md5) {
      throw new Refusal(400, 'InvalidDigest', 'The Content-MD5 you specified is not valid.')
    }
    const found = this.buckets.get(bucket)
    if (found === undefined) throw new Refusal(404, 'NoSuchBucket', 'The specified bucket does not exist.')
    const broken = fault?.kind === 'truncate' || fault?.kind === 'stall' ? fault : null
    perform({ ...exchange, body: sent }, found, { perPage: this.options.perPage, broken })
  }

  /** The bucket is in the host's name, or in the path where the host is an address. */
  #read(request: IncomingMessage, response: ServerResponse, body: Buffer): Exchange {
    const [path = '', search = ''] = (request.url ?? '').split('?')
    const named = /^([a-z0-9-]+)\.oss-/.exec(request.headers.host ?? '')?.[1]
    const names = path.slice(1)
    const slash = names.indexOf('/')
    const bucket = named ?? (slash === -1 ? names : names.slice(0, slash))
    const key = decodeURIComponent(named === undefined ? (slash === -1 ? '' : names.slice(slash + 1)) : names)
    const query = search
      .split('&')
      .filter((word) => word !== '')
      .map((word): [string, string | null] => {
        const equals = word.indexOf('=')
        if (equals === -1) return [decodeURIComponent(word), null]
        // Of an empty value the SDK signs the name alone.
        return [decodeURIComponent(word.slice(0, equals)), decodeURIComponent(word.slice(equals + 1)) || null]
      })
    const operation = operationOf(request.method ?? '', key, new Map(query))
    return { request, response, bucket, key, query, body, operation }
  }

  #takeFault(bucket: string, operation: Operation): Fault | null {
    const index = this.#faults.findIndex(
      (each) => each.bucket === bucket && (each.on ?? operation) === operation,
    )
    return this.#faults.splice(index, index === -1 ? 0 : 1)[0]?.fault ?? null
  }
}

export async function startFakeServer(options: FakeOptions): Promise<FakeServer> {
  const server = new FakeServer(options)
  await server.listen()
  return server
}

function refuse({ request, response }: Exchange, { status, code, message, endpoint }: Refusal): void {
  const more = endpoint === undefined ? '' : `<Endpoint>${endpoint}</Endpoint>`
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`
  if (request.method === 'HEAD') {
    response.writeHead(status, { 'x-oss-err': Buffer.from(xml).toString('base64') }).end()
    return
  }
  response
    .writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(xml) })
    .end(xml)
}
