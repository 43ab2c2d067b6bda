import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import type { ListenAddress } from '../health/listen-address.ts'
import { createMcpServer, type McpParts } from './mcp-server.ts'
import type { RunningCalls } from './running-calls.ts'
import { nodeHttp } from '../program/node-http.ts'

/** A request is a few names and paths. */
const BODY_BYTES_MAX = 1024 * 1024
const HEADERS_MS_MAX = 30_000
const SESSION = /^mcp-session-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * MCP's streamable HTTP at one address, at any path, without a login: who reaches it may use it. Sessions have no state: any well-formed
 * id is good, so that a client survives a new start of the server. There is nothing to push, so `GET` has no stream.
 */
export class McpHttpServer {
  readonly #server: Server
  readonly #calls: RunningCalls
  readonly address: ListenAddress

  private constructor(server: Server, calls: RunningCalls, address: ListenAddress) {
    this.#server = server
    this.#calls = calls
    this.address = address
  }

  /** @throws {Error} the address is taken, or is none of this machine */
  static async open({ host, port }: ListenAddress, parts: McpParts): Promise<McpHttpServer> {
    const isLocal = isLoopback(host)
    const server = nodeHttp.createServer((request, response) => {
      answer(request, response, { parts, isLocal }).catch((error: unknown) => {
        if (!response.headersSent)
          refuse(response, error instanceof Refusal ? error : new Refusal(500, -32603))
        else response.destroy()
      })
    })
    server.headersTimeout = HEADERS_MS_MAX
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server.once('error', reject)
    server.listen({ host, port }, resolve)
    await promise
    server.on('error', () => {}) // one connection that could not be taken
    const bound = server.address()
    return new McpHttpServer(server, parts.calls, {
      host,
      port: typeof bound === 'object' && bound !== null ? bound.port : port,
    })
  }

  /** Calls that are under way are interrupted, and have cleaned up when this resolves. */
  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#server.close(() => resolve())
    this.#server.closeAllConnections()
    await promise
    await this.#calls.settled()
  }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

/** An answer that is no result. */
class Refusal extends Error {
  override readonly name = 'Refusal'
  /** Of HTTP. */
  readonly status: number
  /** Of JSON-RPC. */
  readonly code: number

  constructor(status: number, code: number, message = 'internal error') {
    super(message)
    this.status = status
    this.code = code
  }
}

interface Serving {
  readonly parts: McpParts
  readonly isLocal: boolean
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { parts, isLocal }: Serving,
): Promise<void> {
  if (isLocal) checkCaller(request)
  if (request.method === 'DELETE') return void response.writeHead(200).end()
  if (request.method === 'GET') throw new Refusal(405, -32000, 'there is no stream: nothing is pushed')
  if (request.method !== 'POST') throw new Refusal(404, -32000, 'not found')
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(400, -32700, 'the content type must be application/json')
  }
  const message = await readMessage(request)
  if (isInitialize(message)) response.setHeader('Mcp-Session-Id', `mcp-session-${randomUUID()}`)
  else if (!SESSION.test(String(request.headers['mcp-session-id'] ?? ''))) {
    throw new Refusal(400, -32000, 'a session id is needed: call initialize first')
  }
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  const server = createMcpServer(parts)
  response.once('close', () => void server.close()) // interrupts what is under way
  await server.connect(transport)
  const result = await transport.handleRequest(plainRequest(request), { parsedBody: message })
  const body = await result.text()
  response.writeHead(result.status, {
    'Content-Type': result.headers.get('Content-Type') ?? 'application/json',
  })
  response.end(body)
}

/** For the transport, which has the body already: it wants to be told that the client takes what it makes. */
function plainRequest({ headers }: IncomingMessage): Request {
  const version = headers['mcp-protocol-version']
  return new Request('http://localhost/', {
    method: 'POST',
    headers: {
      Accept: 'application/json, text/event-stream',
      'Content-Type': 'application/json',
      ...(typeof version === 'string' ? { 'Mcp-Protocol-Version': version } : {}),
    },
  })
}

/** A web page that a person on this machine has open must not get in, whatever name it makes point here. */
function checkCaller({ headers }: IncomingMessage): void {
  const hosts = [`http://${headers.host ?? ''}`, headers.origin].filter((each) => each !== undefined)
  for (const host of hosts) {
    const { hostname = '' } = URL.parse(host) ?? {}
    if (!isLoopback(hostname.replaceAll(/[[\]]/g, ''))) throw new Refusal(403, -32000, 'not for this host')
  }
}

async function readMessage(request: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > BODY_BYTES_MAX) throw new Refusal(413, -32600, 'the request is too large')
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new Refusal(400, -32700, 'Parse error')
  }
}

function isInitialize(message: unknown): boolean {
  return (
    typeof message === 'object' && message !== null && 'method' in message && message.method === 'initialize'
  )
}

function refuse(response: ServerResponse, { status, code, message }: Refusal): void {
  const body = JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null })
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(`${body}\n`)
}
