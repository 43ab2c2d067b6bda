import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Logger } from '@ltx/env'
import { jsonLine } from '../print/json.ts'
import { describeError } from '../program/errors.ts'
import { redactUrls } from '../text/redact-url.ts'
import { claimSocket, type SocketClaim } from './claim-socket.ts'
import type { ControlContext } from './control-context.ts'
import { ControlError } from './control-error.ts'
import { RequestFields } from './request-fields.ts'
import { ROUTES, type Route } from './routes.ts'
import { nodeHttp } from '../program/node-http.ts'

/** A request body holds a path and a URL. */
const BODY_BYTES_MAX = 64 * 1024
/** How long a client may take to send its request. */
const REQUEST_MS_MAX = 30_000
/** How long the end waits for answers that are under way. */
const DRAIN_MS_MAX = 5000

export interface ControlServerOptions {
  readonly path: string
  /** Permission bits of the socket. */
  readonly permissions: number
  /** All that answers are made of, but for the end, which is the server's own. */
  readonly context: Omit<ControlContext, 'closing'>
  readonly logger: Logger
}

/** The daemon's ear: HTTP over a Unix socket. Operations go on when their client goes away, and end with the server. */
export class ControlServer {
  readonly #context: ControlContext
  readonly #logger: Logger
  readonly #server: Server
  readonly #closing = new AbortController()
  readonly #answers = new Set<Promise<void>>()
  #claim: SocketClaim | null = null

  private constructor(context: Omit<ControlContext, 'closing'>, logger: Logger) {
    this.#logger = logger
    this.#context = { ...context, closing: this.#closing.signal }
    const limits = { requestTimeout: REQUEST_MS_MAX, headersTimeout: REQUEST_MS_MAX }
    this.#server = nodeHttp.createServer({ ...limits, requireHostHeader: false }, (request, response) => {
      const answer = this.#answer(request, response).finally(() => this.#answers.delete(answer))
      this.#answers.add(answer)
    })
  }

  /** @throws {CommandError} the socket belongs to somebody; or the system's error */
  static async open({ path, permissions, context, logger }: ControlServerOptions): Promise<ControlServer> {
    const control = new ControlServer(context, logger)
    control.#claim = await claimSocket(control.#server, path, permissions, context.io.platform)
    logger.log('info', 'control socket is open', { path })
    return control
  }

  /** Ends every operation, answers, and takes the socket away. */
  async close(): Promise<void> {
    await this.#claim?.release() // nobody comes any more
    this.#closing.abort(new Error('the daemon is shutting down'))
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()))
    this.#server.closeIdleConnections()
    const cut = setTimeout(() => this.#server.closeAllConnections(), DRAIN_MS_MAX)
    await Promise.all([closed, ...this.#answers])
    clearTimeout(cut)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {}) // the client has gone
    try {
      const url = new URL(request.url ?? '/', 'http://localhost')
      const route = Object.hasOwn(ROUTES, url.pathname) ? ROUTES[url.pathname] : undefined
      if (route === undefined) throw new ControlError(404, `not found: ${url.pathname}`)
      requireMethod(route, request, response)
      const answer =
        route.method === 'GET'
          ? await route.answer(url.searchParams, this.#context)
          : await route.answer(new RequestFields(await bodyOf(request)), this.#context)
      if (route.method === 'POST') {
        const { path, status } = answer
        const verb = url.pathname.slice(1)
        this.#logger.log(verb === 'sync' ? 'debug' : 'info', 'control request', {
          request: verb,
          path: String(path),
          status: String(status),
        })
      }
      this.#send(response, 200, answer)
    } catch (error) {
      const { status, details } = error instanceof ControlError ? error : { status: 500, details: undefined }
      const message = error instanceof ControlError ? error.message : describeError(error)
      this.#send(response, status, { error: redactUrls(message), details })
    }
  }

  #send(response: ServerResponse, status: number, answer: Record<string, unknown>): void {
    const body = jsonLine(answer)
    const isLast = status === 413 || this.#closing.signal.aborted // what is left of a large body is not read
    response.writeHead(status, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      ...(isLast ? { Connection: 'close' } : {}),
    })
    response.end(body)
  }
}

function requireMethod(route: Route, request: IncomingMessage, response: ServerResponse): void {
  const allowed = route.method === 'GET' ? ['GET', 'HEAD'] : ['POST']
  if (request.method !== undefined && allowed.includes(request.method)) return
  response.setHeader('Allow', allowed.join(', '))
  throw new ControlError(405, `method not allowed: ${request.method ?? ''}; use ${route.method}`)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk))
      throw new TypeError('invariant broken: a request without an encoding gives bytes')
    bytes += chunk.length
    if (bytes > BODY_BYTES_MAX) throw new ControlError(413, `request body above ${BODY_BYTES_MAX} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
