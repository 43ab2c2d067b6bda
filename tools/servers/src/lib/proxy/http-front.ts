import { once } from 'node:events'
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { seededRandom } from './seeded-random.ts'

/** Refuses requests in place of the server. */
export interface Storm {
  /** 0 to 1. */
  readonly probability: number
  readonly statuses: readonly number[]
  readonly seed: number
  /** The body that this kind of service sends with such a status. */
  readonly bodyOf?: (status: number) => string
}

/** What passed since the front was started or `reset` was called. */
export interface FrontCounts {
  requests: number
  /** Answered by the storm. */
  refused: number
  /** Of request bodies and of answer bodies. */
  bytesUp: number
  bytesDown: number
  /** Connections on which there was at least one request. */
  connections: number
  /** Requests by what `nameOf` calls them. */
  readonly byName: Map<string, number>
}

export interface HttpFrontOptions {
  /** Where the server listens, on 127.0.0.1. */
  readonly targetPort: number
  /** Sorts requests into operations; by method when absent. */
  readonly nameOf?: (request: IncomingMessage) => string
}

/** An HTTP server on 127.0.0.1 in front of another: counts requests, and refuses some. Headers pass as they are, `Host` too. */
export interface HttpFront extends AsyncDisposable {
  readonly port: number
  readonly counts: Readonly<FrontCounts>
  /** Counts from zero. */
  reset(): void
  /** `null`: good weather. */
  storm(storm: Storm | null): void
  close(): Promise<void>
}

export async function startHttpFront(options: HttpFrontOptions): Promise<HttpFront> {
  const front = new Front(options)
  const server = createServer((incoming, answer) => front.handle(incoming, answer))
  server.requestTimeout = 0 // a slow link is somebody's test
  server.keepAliveTimeout = 60_000
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const close = async (): Promise<void> => {
    const closed = server.listening ? new Promise((resolve) => server.close(resolve)) : null
    server.closeAllConnections()
    front.close()
    await closed
  }
  return {
    port: (server.address() as AddressInfo).port,
    get counts() {
      return front.counts
    },
    reset: () => front.reset(),
    storm: (storm) => front.setStorm(storm),
    close,
    [Symbol.asyncDispose]: close,
  }
}

class Front {
  readonly #targetPort: number
  readonly #nameOf: (request: IncomingMessage) => string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 })
  #counts = noCounts()
  #sockets = new WeakSet<object>()
  #storm: (() => { readonly status: number; readonly body: string } | null) | null = null

  constructor({ targetPort, nameOf = ({ method = '' }) => method }: HttpFrontOptions) {
    this.#targetPort = targetPort
    this.#nameOf = nameOf
  }

  get counts(): FrontCounts {
    return this.#counts
  }

  reset(): void {
    this.#counts = noCounts()
    this.#sockets = new WeakSet()
  }

  setStorm(storm: Storm | null): void {
    this.#storm = storm === null ? null : refusals(storm)
  }

  close(): void {
    this.#agent.destroy()
  }

  handle(incoming: IncomingMessage, answer: ServerResponse): void {
    const counts = this.#counts
    this.#count(incoming)
    const refusal = this.#storm?.() ?? null
    if (refusal !== null) {
      counts.refused++
      incoming.resume()
      answer.writeHead(refusal.status, { 'content-type': 'application/xml' }).end(refusal.body)
      return
    }
    this.#forward(incoming, answer, counts)
  }

  #count(incoming: IncomingMessage): void {
    const counts = this.#counts
    const name = this.#nameOf(incoming)
    counts.requests++
    counts.byName.set(name, (counts.byName.get(name) ?? 0) + 1)
    if (!this.#sockets.has(incoming.socket)) {
      this.#sockets.add(incoming.socket)
      counts.connections++
    }
  }

  #forward(incoming: IncomingMessage, answer: ServerResponse, counts: FrontCounts): void {
    const outgoing = request({
      host: '127.0.0.1',
      port: this.#targetPort,
      agent: this.#agent,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.rawHeaders, // as they were written: some are signed
      setHost: false,
    })
    incoming.on('data', (bytes: Buffer) => (counts.bytesUp += bytes.length))
    incoming.pipe(outgoing)
    outgoing.on('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, this.#headersOf(response, incoming.headers.host))
      response.on('data', (bytes: Buffer) => (counts.bytesDown += bytes.length))
      response.on('close', () => response.complete || answer.destroy()) // it ended early: so does ours
      response.pipe(answer)
    })
    outgoing.on('error', () => answer.destroy())
    answer.on('close', () => answer.writableFinished || outgoing.destroy())
  }

  /** Where an answer names the server by its own port, the client is to come back by the way it came. */
  #headersOf({ rawHeaders }: IncomingMessage, host: string | undefined): string[] {
    const own = `http://127.0.0.1:${this.#targetPort}/`
    return rawHeaders.map((text) =>
      text.startsWith(own) ? `http://${host}/${text.slice(own.length)}` : text,
    )
  }
}

function noCounts(): FrontCounts {
  return { requests: 0, refused: 0, bytesUp: 0, bytesDown: 0, connections: 0, byName: new Map() }
}

function refusals({ probability, statuses, seed, bodyOf = String }: Storm) {
  const random = seededRandom(seed)
  return (): { readonly status: number; readonly body: string } | null => {
    if (random() >= probability) return null
    const status = statuses[Math.floor(random() * statuses.length)] ?? 503
    return { status, body: bodyOf(status) }
  }
}
