import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { ListenAddress } from './listen-address.ts'
import { nodeHttp } from '../program/node-http.ts'

const gzipped = promisify(gzip)

/** What one address answers with. */
export interface Answer {
  readonly code: number
  readonly contentType: string
  readonly body: string
}

export interface Endpoint {
  /** A slow client holds nobody up: bodies are made whole. */
  answer(): Promise<Answer> | Answer
}

/** A scrape or a probe that does not say what it wants. */
const REQUEST_MS_MAX = 10_000

/** A small HTTP server for those who watch a daemon: `GET` and `HEAD` of a few fixed paths. */
export class MonitorServer {
  readonly #server: Server
  readonly address: ListenAddress

  private constructor(server: Server, address: ListenAddress) {
    this.#server = server
    this.address = address
  }

  /** @throws {Error} the address is taken, or is none of this machine */
  static async open(
    { host, port }: ListenAddress,
    endpoints: Readonly<Record<string, Endpoint>>,
  ): Promise<MonitorServer> {
    const server = nodeHttp.createServer((request, response) => void respond(request, response, endpoints))
    server.requestTimeout = REQUEST_MS_MAX
    server.headersTimeout = REQUEST_MS_MAX
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server.once('error', reject)
    server.listen(host === '' ? { port } : { port, host }, resolve)
    await promise
    server.on('error', () => {}) // one connection that could not be taken, as when descriptors have run out
    const bound = server.address()
    return new MonitorServer(server, {
      host,
      port: typeof bound === 'object' && bound !== null ? bound.port : port,
    })
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#server.close(() => resolve())
    this.#server.closeAllConnections()
    await promise
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  endpoints: Readonly<Record<string, Endpoint>>,
): Promise<void> {
  const { code, contentType, body } = await answerTo(request, endpoints)
  response.statusCode = code
  response.setHeader('Content-Type', contentType)
  response.setHeader('Cache-Control', 'no-store')
  if (code === 405) response.setHeader('Allow', 'GET, HEAD')
  const bytes = await encoded(body, request, response)
  response.setHeader('Content-Length', bytes.length)
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

async function answerTo(
  { url = '', method }: IncomingMessage,
  endpoints: Readonly<Record<string, Endpoint>>,
): Promise<Answer> {
  const [path = ''] = url.split('?')
  const endpoint = Object.hasOwn(endpoints, path) ? endpoints[path] : undefined
  if (endpoint === undefined)
    return plain(404, `404 page not found; there are ${Object.keys(endpoints).join(', ')}`)
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'Method Not Allowed')
  try {
    return await endpoint.answer()
  } catch (error) {
    return plain(500, error instanceof Error ? error.message : String(error))
  }
}

function plain(code: number, text: string): Answer {
  return { code, contentType: 'text/plain; charset=utf-8', body: `${text}\n` }
}

async function encoded(body: string, request: IncomingMessage, response: ServerResponse): Promise<Buffer> {
  response.setHeader('Vary', 'Accept-Encoding')
  const accepts = /(?:^|,)\s*gzip\s*(?:$|,|;\s*q=(?!0(?:\.0*)?\s*(?:$|,)))/i.test(
    request.headers['accept-encoding'] ?? '',
  )
  const bytes = Buffer.from(body)
  if (!accepts) return bytes
  response.setHeader('Content-Encoding', 'gzip')
  return await gzipped(bytes)
}
