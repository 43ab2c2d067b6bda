import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ACCOUNT, checkSignature } from './check-signature.ts'
import { FakeContainer, Refusal, type FakeBlob, type FakeWrite } from './fake-blobs.ts'

/** What happens to the next request of a container instead of an answer, or with it. */
export type Fault =
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string }
  /** Before it is done. */
  | { readonly kind: 'cut' }
  /** After it is done: the reply is lost. */
  | { readonly kind: 'lose-reply' }
  | { readonly kind: 'hang' }
  /** The body of a blob ends after so many bytes. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  | { readonly kind: 'flip-byte' }
  /** Bytes change before they arrive. */
  | { readonly kind: 'flip-sent' }
  | { readonly kind: 'none' }

export interface FakeServer extends AsyncDisposable {
  /** Of the account. */
  readonly url: string
  newContainer(name?: string): FakeContainer
  /** The fake's clock is so much ahead. */
  clockAheadMs: number
  /** What the service makes of `startFrom`: older ones know nothing of it. */
  startFromMeans: 'path' | 'nothing'
  fail(container: FakeContainer, fault: Fault, kind?: string): void
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  readonly body: Buffer
  readonly container: FakeContainer
  /** Of the blob; empty for the container. */
  readonly name: string
  readonly kind: string
  readonly fault: Fault
  readonly server: FakeServer
}

/** The REST interface of Azure's blob service, as far as a replica needs it, and nothing that it would not do. */
export async function startFakeServer(options: { perPage: number }): Promise<FakeServer> {
  const containers = new Map<string, FakeContainer>()
  const faults: { container: FakeContainer; fault: Fault; kind: string | undefined }[] = []
  const nextFault = (container: FakeContainer, kind: string): Fault => {
    const index = faults.findIndex((each) => each.container === container && (each.kind ?? kind) === kind)
    return (index === -1 ? undefined : faults.splice(index, 1)[0]?.fault) ?? { kind: 'none' }
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const url = new URL(request.url ?? '', server.url)
    const nowMs = Date.now() + server.clockAheadMs
    response.setHeader('date', new Date(nowMs).toUTCString())
    try {
      checkSignature(request, url, nowMs)
      const [, account, containerName = '', ...rest] = url.pathname.split('/')
      const container = containers.get(containerName)
      if (account !== ACCOUNT) throw new Refusal(400, 'InvalidUri')
      if (container === undefined)
        throw new Refusal(404, 'ContainerNotFound', 'The specified container does not exist.')
      const kind = url.searchParams.get('comp') === 'list' ? 'LIST' : (request.method ?? '')
      container.requests.push(kind)
      const fault = nextFault(container, kind)
      const body = fault.kind === 'flip-sent' ? flipped(Buffer.concat(parts)) : Buffer.concat(parts)
      const name = decodeURIComponent(rest.join('/'))
      await exchange({ request, response, url, body, container, name, kind, fault, server }, options.perPage)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refuse(request, response, error)
    }
  }
  const http = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const server: FakeServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/${ACCOUNT}`,
    clockAheadMs: 0,
    startFromMeans: 'path',
    newContainer(name = `container-${containers.size}`) {
      const container = new FakeContainer(name)
      containers.set(name, container)
      return container
    },
    fail: (container, fault, kind) => void faults.push({ container, fault, kind }),
    async [Symbol.asyncDispose]() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
  return server
}

async function exchange(each: Exchange, perPage: number): Promise<void> {
  const { fault, request, response, url, container, name, kind, server } = each
  if (fault.kind === 'refuse') throw new Refusal(fault.status, fault.code)
  if (fault.kind === 'cut') return void request.socket.resetAndDestroy()
  if (fault.kind === 'hang') return
  if (fault.kind === 'lose-reply') {
    response.end = () => {
      request.socket.resetAndDestroy()
      return response
    }
  }
  if (kind === 'LIST') {
    const page = container.list(url.searchParams, perPage, server.startFromMeans)
    const withMetadata = url.searchParams.get('include') === 'metadata'
    response.writeHead(200, { 'content-type': 'application/xml' }).end(listing(container, page, withMetadata))
    return
  }
  if (kind === 'PUT') return write(each)
  const blob = container.find(name)
  if (kind === 'DELETE') {
    container.blobs.delete(name)
    response.writeHead(202, { 'content-length': '0' }).end()
  } else if (kind === 'HEAD') response.writeHead(200, headersOf(blob, blob.bytes.length)).end()
  else await read(each, blob)
}

function write({ request, response, url, body, container, name }: Exchange): void {
  const { headers } = request
  const comp = url.searchParams.get('comp')
  const meta = Object.entries(headers).filter(([key]) => key.startsWith('x-ms-meta-'))
  const options: FakeWrite = {
    metadata: Object.fromEntries(meta.map(([key, value]) => [key.slice(10), String(value)])),
    md5: headers['x-ms-blob-content-md5']?.toString() ?? null,
    createOnly: headers['if-none-match'] === '*',
    tier: headers['x-ms-access-tier']?.toString() ?? null,
  }
  if (comp === 'block') {
    container.stage(
      name,
      url.searchParams.get('blockid') ?? '',
      body,
      headers['content-md5']?.toString() ?? null,
    )
  } else if (comp === 'blocklist') {
    const ids = [...body.toString().matchAll(/<Latest>([^<]+)<\/Latest>/g)].map(([, id]) => id ?? '')
    container.commit(name, ids, options)
  } else if (headers['x-ms-blob-type'] !== 'BlockBlob') throw new Refusal(400, 'MissingRequiredHeader')
  else container.put(name, body, options)
  response.writeHead(201, { 'content-length': '0' }).end()
}

function headersOf(blob: FakeBlob, length: number): Record<string, string> {
  const metadata = Object.entries(blob.metadata).map(([key, value]) => [`x-ms-meta-${key}`, value])
  return {
    'content-type': 'application/octet-stream',
    'content-length': String(length),
    etag: blob.etag,
    'last-modified': blob.created.toUTCString(),
    ...(Object.fromEntries(metadata) as Record<string, string>),
  }
}

async function read({ request, response, fault }: Exchange, blob: FakeBlob): Promise<void> {
  const { bytes, md5 } = blob
  const text = request.headers['x-ms-range'] ?? request.headers.range ?? ''
  const range = /^bytes=(\d+)-(\d*)$/.exec(String(text))
  const start = Number(range?.[1] ?? 0)
  const last = Math.min(range?.[2] ? Number(range[2]) : Infinity, bytes.length - 1)
  if (range !== null && start >= bytes.length) {
    response.setHeader('content-range', `bytes */${bytes.length}`)
    throw new Refusal(
      416,
      'InvalidRange',
      'The range specified is invalid for the current size of the resource.',
    )
  }
  const part =
    fault.kind === 'flip-byte' ? flipped(bytes.subarray(start, last + 1)) : bytes.subarray(start, last + 1)
  const md5Header = range === null ? 'content-md5' : 'x-ms-blob-content-md5'
  response.writeHead(range === null ? 200 : 206, {
    ...headersOf(blob, part.length),
    ...(md5 === null ? {} : { [md5Header]: md5 }),
    ...(range === null ? {} : { 'content-range': `bytes ${start}-${last}/${bytes.length}` }),
  })
  const end = fault.kind === 'truncate' ? fault.bytes : part.length
  const pieces = async function* (): AsyncGenerator<Buffer> {
    for (let at = 0; at < end; at += 60_001) yield part.subarray(at, Math.min(at + 60_001, end))
    if (end < part.length) request.socket.destroy()
  }
  await pipeline(Readable.from(pieces()), response).catch(() => undefined) // the reader may have left
}

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  const at = Math.min(101, copy.length - 1)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

function listing(container: FakeContainer, [names, next]: [string[], string], withMetadata: boolean): string {
  const blobs = names.map((name) => {
    const { bytes, created, etag, metadata } = container.find(name)
    const fields = Object.entries(metadata).map(([key, value]) => `<${key}>${escaped(value)}</${key}>`)
    const time = created.toUTCString()
    return (
      `<Blob><Name>${escaped(name)}</Name><Properties><Creation-Time>${time}</Creation-Time>` +
      `<Last-Modified>${time}</Last-Modified><Etag>${etag.slice(1, -1)}</Etag>` +
      `<Content-Length>${bytes.length}</Content-Length><BlobType>BlockBlob</BlobType></Properties>` +
      `${withMetadata ? `<Metadata>${fields.join('')}</Metadata>` : ''}</Blob>`
    )
  })
  return (
    `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="${container.name}">` +
    `<Blobs>${blobs.join('')}</Blobs><NextMarker>${escaped(next)}</NextMarker></EnumerationResults>`
  )
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, message }: Refusal,
): void {
  const text = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}\nRequestId:0\nTime:0</Message></Error>`
  response.writeHead(status, { 'content-type': 'application/xml', 'x-ms-error-code': code })
  response.end(request.method === 'HEAD' ? undefined : text)
}
