import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { FakeBucket } from './fake-bucket.ts'
import { checkSignature, Refusal, type Keys } from './fake-signature.ts'
import { operationOf, perform, type FakeOperation } from './fake-operations.ts'

/** One request as it came. */
export interface FakeRequest {
  readonly operation: FakeOperation
  readonly method: string
  readonly host: string
  readonly bucket: string
  readonly key: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/**
 * What goes wrong with a request: an answer in place of the work, an answer that is lost after the work was done, a connection that is
 * cut, no answer at all, or something that is done in between.
 */
export type Fault =
  | { readonly status: number; readonly code: string; readonly headers?: Record<string, string> }
  | 'lost-answer'
  | 'reset'
  | 'silence'
  | 'cut-body'
  | (() => void)

/**
 * S3 in memory on node:http: strict where the service is, with pages of two objects, and with everything that a test wants to go wrong.
 * Paths name the bucket; a request that comes as to a proxy (with a whole URL) may have it in the host.
 */
export class FakeS3 implements AsyncDisposable {
  readonly keys: Keys = { accessKeyId: 'AKFAKE', secretAccessKey: 'a very secret key' }
  readonly buckets: Map<string, FakeBucket> = new Map()
  readonly requests: FakeRequest[] = []
  region = 'us-east-1'
  pageSize = 2
  sessionToken: string | undefined
  /** How far the server's clock is ahead, in ms. */
  clockMs = 0
  multiDelete = true
  /** Ranges are ignored, as some servers do: the whole comes. */
  ranges = true
  /** Keys that a delete cannot delete, with the code of the error. */
  readonly undeletable: Map<string, string> = new Map()
  /** Every answer names the region of the bucket, as those of AWS do. */
  namesRegion = false
  /** Every answer comes so much later. */
  delayMs = 0
  /** Requests that were under way at once, at most. */
  mostAtOnce = 0
  #atOnce = 0
  /** For other servers that stand before this one. */
  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    void this.#answer(request, response)
  }
  readonly #faults: { readonly fault: Fault; readonly wanted: (request: FakeRequest) => boolean }[] = []
  readonly #server: Server

  private constructor() {
    this.#server = createServer(this.handle)
  }

  static async start(): Promise<FakeS3> {
    const fake = new FakeS3()
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve))
    return fake
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`
  }

  bucket(name: string): FakeBucket {
    const bucket = this.buckets.get(name) ?? new FakeBucket()
    this.buckets.set(name, bucket)
    return bucket
  }

  /** The next request that `wanted` takes has this fault. */
  failNext(fault: Fault, wanted: FakeOperation | ((request: FakeRequest) => boolean) = () => true): void {
    const matches =
      typeof wanted === 'function' ? wanted : ({ operation }: FakeRequest) => operation === wanted
    this.#faults.push({ fault, wanted: matches })
  }

  /** Operations in the order in which they came. */
  operations(): FakeOperation[] {
    return this.requests.map(({ operation }) => operation)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#atOnce)
    response.once('close', () => this.#atOnce--)
    const chunks: Buffer[] = []
    try {
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk)
    } catch {
      return // the client has gone away
    }
    if (this.delayMs > 0) await sleep(this.delayMs)
    response.setHeader('date', new Date(Date.now() + this.clockMs).toUTCString())
    response.setHeader('x-amz-request-id', 'FAKE')
    if (this.namesRegion) response.setHeader('x-amz-bucket-region', this.region)
    let request: FakeRequest | null = null
    try {
      request = this.#read(incoming, Buffer.concat(chunks))
      this.requests.push(request)
      const fault = this.#takeFault(request)
      if (fault === 'silence') return
      if (fault === 'reset') return void incoming.socket.resetAndDestroy()
      if (typeof fault === 'function') fault()
      if (fault !== null && typeof fault === 'object') {
        for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value)
        throw new Refusal(fault.status, fault.code)
      }
      if (fault === 'lost-answer') {
        perform(this, request, {
          end: () => undefined,
          setHeader: () => undefined,
          writeHead: () => undefined,
        })
        return void incoming.socket.resetAndDestroy()
      }
      perform(this, request, fault === 'cut-body' ? cutting(response) : response)
    } catch (error) {
      refuse(response, incoming.method === 'HEAD', error)
    }
  }

  #read(incoming: IncomingMessage, body: Uint8Array): FakeRequest {
    const host = incoming.headers.host ?? ''
    const raw = (incoming.url ?? '').replace(/^http:\/\/[^/]+/, '')
    const [path = '', search = ''] = raw.split('?')
    const query = search === '' ? [] : search.split('&').map(pairOf)
    const virtual = /^([^.]+)\.s3[.-]/.exec(host)?.[1]
    const segments = path.slice(1).split('/').map(decodeURIComponent)
    const bucket = virtual ?? segments.shift() ?? ''
    const key = segments.join('/')
    const method = incoming.method ?? ''
    const headers = incoming.headers as Readonly<Record<string, string>>
    const named = Object.fromEntries(query)
    const operation = operationOf(method, key, named)
    const keys = { ...this.keys, sessionToken: this.sessionToken }
    checkSignature({ method, path, query, headers, body }, keys, this.region, Date.now() + this.clockMs)
    return { operation, method, host, bucket, key, query: named, headers, body }
  }

  #takeFault(request: FakeRequest): Fault | null {
    const index = this.#faults.findIndex(({ wanted }) => wanted(request))
    return index === -1 ? null : (this.#faults.splice(index, 1)[0]?.fault ?? null)
  }
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=')
  const [name, value] = at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
  return [decodeURIComponent(name), decodeURIComponent(value)]
}

/** Announces the whole body, sends half of it, and cuts the connection. */
function cutting(response: ServerResponse): Pick<ServerResponse, 'setHeader' | 'writeHead' | 'end'> {
  return Object.create(response, {
    end: {
      value: (body: Uint8Array) => {
        response.write(body.subarray(0, body.length / 2), () => response.socket?.resetAndDestroy())
      },
    },
    writeHead: { value: response.writeHead.bind(response) },
    setHeader: { value: response.setHeader.bind(response) },
  }) as ServerResponse
}

function refuse(response: ServerResponse, isHead: boolean, error: unknown): void {
  const { status, code, message } =
    error instanceof Refusal ? error : { status: 500, code: 'InternalError', message: String(error) }
  const text = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${text}</Message></Error>`
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) })
  response.end(isHead ? undefined : body)
}
