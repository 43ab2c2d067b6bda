import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { FakeBucket, Refusal } from './fake-objects.ts'

/** The token that requests carry, unless the fake is one without credentials. */
export const TOKEN = 'ya29.fake-token-of-the-fake'

/** What happens to the next request of a bucket instead of an answer, or with it. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly reason: string }
  /** Before it is done. */
  | { readonly kind: 'cut' }
  /** After it is done: the reply is lost. */
  | { readonly kind: 'lose-reply' }
  | { readonly kind: 'hang' }
  /** The body of an object ends after so many bytes. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  | { readonly kind: 'flip-byte' }
  /** Of a part, so many bytes are kept. */
  | { readonly kind: 'keep'; readonly bytes: number }
  /** Bytes before they are stored, behind the back of every check. */
  | { readonly kind: 'store-wrong' }

export interface FakeServer extends AsyncDisposable {
  readonly url: string
  newBucket(name?: string): FakeBucket
  /** Every `Date` header is so much later. */
  clockAheadMs: number
  /** Requests of this bucket, of this kind when given, meet the faults in turn. */
  fail(bucket: FakeBucket, fault: Fault, kind?: string): void
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  readonly body: Buffer
  readonly bucket: FakeBucket
  readonly kind: string
  fault: Fault | null
}

/** The JSON API of Google Cloud Storage, as far as a replica needs it, and nothing that it would not do. */
export async function startFakeServer(options: {
  perPage: number
  anonymous?: boolean
}): Promise<FakeServer> {
  const buckets = new Map<string, FakeBucket>()
  const faults: { bucket: FakeBucket; fault: Fault; kind: string | undefined }[] = []
  const nextFault = (bucket: FakeBucket, kind: string): Fault | null => {
    const index = faults.findIndex((each) => each.bucket === bucket && (each.kind ?? kind) === kind)
    return index === -1 ? null : (faults.splice(index, 1)[0]?.fault ?? null)
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('date', new Date(Date.now() + server.clockAheadMs).toUTCString())
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const url = new URL(request.url ?? '', server.url)
    const body = Buffer.concat(parts)
    try {
      const session = url.searchParams.has('upload_id')
      if (options.anonymous !== true && !session && request.headers.authorization !== `Bearer ${TOKEN}`) {
        throw new Refusal(401, 'authError', 'Invalid Credentials')
      }
      const name = /^\/(?:upload\/)?storage\/v1\/b\/([^/]+)\/o/.exec(url.pathname)?.[1]
      const bucket = buckets.get(name ?? '')
      if (bucket === undefined) throw new Refusal(404, 'notFound', missingBucket(url, name))
      const kind = kindOf(request.method, url)
      bucket.requests.push(kind)
      await exchange(
        { request, response, url, body, bucket, kind, fault: nextFault(bucket, kind) },
        options.perPage,
      )
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refuse(response, url, error)
    }
  }
  const http = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const server: FakeServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    clockAheadMs: 0,
    newBucket(name = `bucket-${buckets.size}`) {
      const bucket = new FakeBucket(name)
      buckets.set(bucket.name, bucket)
      return bucket
    },
    fail: (bucket, fault, kind) => void faults.push({ bucket, fault, kind }),
    async [Symbol.asyncDispose]() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
  return server
}

/** The real service says, of an object in a bucket that is missing, that the object is missing. */
function missingBucket(url: URL, bucket: string | undefined): string {
  const object = /\/o\/([^/]+)$/.exec(url.pathname)?.[1]
  return object === undefined
    ? 'The specified bucket does not exist.'
    : `No such object: ${bucket}/${decodeURIComponent(object)}`
}

function kindOf(method: string | undefined, url: URL): string {
  if (method === 'DELETE') return 'DELETE'
  if (url.pathname.startsWith('/upload/')) return 'PUT'
  if (url.pathname.endsWith('/o')) return 'LIST'
  return url.searchParams.get('alt') === 'media' ? 'GET' : 'HEAD'
}

async function exchange(each: Exchange, perPage: number): Promise<void> {
  const { fault, request, response, url, bucket, kind } = each
  if (fault?.kind === 'status') throw new Refusal(fault.status, fault.reason, 'as ordered')
  if (fault?.kind === 'cut') return void request.socket.resetAndDestroy()
  if (fault?.kind === 'hang') return
  if (fault?.kind === 'lose-reply') {
    response.end = () => {
      request.socket.resetAndDestroy()
      return response
    }
  }
  if (kind === 'PUT') return upload(each)
  if (kind === 'LIST') return json(response, 200, bucket.list(url.searchParams, perPage))
  if (kind === 'DELETE' && url.searchParams.has('upload_id')) {
    bucket.sessions.delete(url.searchParams.get('upload_id') ?? '')
    return json(response, 499, {})
  }
  const object = bucket.find(decodeURIComponent(url.pathname.slice(url.pathname.lastIndexOf('/') + 1)))
  if (kind === 'HEAD') return json(response, 200, bucket.describe(object))
  if (kind === 'GET') return await media(each, object.bytes, String(object.generation))
  bucket.expect(object.name, url.searchParams)
  bucket.objects.delete(object.name)
  response.writeHead(204).end()
}

function upload(each: Exchange): void {
  const { request, response, url, bucket, fault } = each
  const { searchParams } = url
  const body =
    fault?.kind === 'store-wrong' ? each.body.map((byte, at) => byte ^ (at === 1000 ? 1 : 0)) : each.body
  const { 'content-range': range = '', 'x-goog-hash': hash } = request.headers
  if (request.method === 'PUT') {
    const id = searchParams.get('upload_id') ?? ''
    const keepMax = fault?.kind === 'keep' ? fault.bytes : Infinity
    const outcome = bucket.put(id, range, hash?.toString(), Buffer.from(body), keepMax)
    if (typeof outcome !== 'number') return json(response, 200, bucket.describe(outcome))
    const headers: Record<string, string> = outcome === 0 ? {} : { range: `bytes=0-${outcome - 1}` }
    return void response.writeHead(308, { ...headers, 'content-length': '0' }).end()
  }
  if (searchParams.get('uploadType') === 'resumable') {
    const id = bucket.begin(JSON.parse(body.toString()) as object, searchParams)
    const location = `http://${request.headers.host}${url.pathname}?uploadType=resumable&upload_id=${id}`
    return void response.writeHead(200, { location, 'content-length': '0' }).end()
  }
  const [resource, bytes] = related(request.headers['content-type'] ?? '', Buffer.from(body))
  json(response, 200, bucket.describe(bucket.store(resource.name, bytes, resource, searchParams)))
}

/** The two parts of a `multipart/related` body. Strict: no preamble, nothing after the end. */
function related(contentType: string, body: Buffer): [{ name: string }, Buffer] {
  const boundary = /^multipart\/related; boundary=([\w'()+,./:=?-]{1,70})$/.exec(contentType)?.[1]
  const open = `--${boundary}\r\n`
  const close = `\r\n--${boundary}--\r\n`
  const second = body.indexOf(`\r\n${open}`)
  const text = body.subarray(0, second).toString()
  const end = body.length - close.length
  const start = body.indexOf('\r\n\r\n', second) + 4
  if (!text.startsWith(open) || second === -1 || body.subarray(end).toString() !== close) {
    throw new Refusal(400, 'badContent', 'Malformed multipart body.')
  }
  return [JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as { name: string }, body.subarray(start, end)]
}

async function media(
  { request, response, fault }: Exchange,
  bytes: Buffer,
  generation: string,
): Promise<void> {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
  const start = Number(range?.[1] ?? 0)
  const last = Math.min(range?.[2] ? Number(range[2]) : Infinity, bytes.length - 1)
  if (range !== null && start >= bytes.length) {
    response
      .writeHead(416, { 'content-range': `bytes */${bytes.length}` })
      .end('The requested range is invalid.')
    return
  }
  let part = bytes.subarray(start, last + 1)
  if (fault?.kind === 'flip-byte') part = part.map((byte, at) => byte ^ (at === 101 ? 1 : 0)) as Buffer
  response.writeHead(range === null ? 200 : 206, {
    'content-type': 'application/octet-stream',
    'content-length': String(part.length),
    'x-goog-generation': generation,
    'x-goog-hash': `crc32c=AAAAAA==,md5=${createHash('md5').update(bytes).digest('base64')}`,
    'x-goog-stored-content-length': String(bytes.length),
    ...(range === null ? {} : { 'content-range': `bytes ${start}-${last}/${bytes.length}` }),
  })
  const end = fault?.kind === 'truncate' ? fault.bytes : part.length
  const pieces = async function* (): AsyncGenerator<Buffer> {
    for (let at = 0; at < end; at += 60_001) yield part.subarray(at, Math.min(at + 60_001, end))
    if (end < part.length) request.socket.destroy()
  }
  await pipeline(Readable.from(pieces()), response).catch(() => undefined) // the reader may have left
}

function json(response: ServerResponse, status: number, value: object): void {
  const text = JSON.stringify(value)
  const headers = {
    'content-type': 'application/json; charset=UTF-8',
    'content-length': Buffer.byteLength(text),
  }
  response.writeHead(status, headers).end(text)
}

/** As the service does: JSON, but plain text where an object was asked for. */
function refuse(response: ServerResponse, url: URL, { status, reason, message }: Refusal): void {
  if (url.searchParams.get('alt') === 'media') {
    response.writeHead(status, { 'content-type': 'text/html; charset=UTF-8' }).end(message)
    return
  }
  const error = { code: status, message, errors: [{ message, domain: 'global', reason }] }
  json(response, status, { error })
}
