import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import { isLocalHost } from './endpoints.ts'
import type { S3Proxy } from './options.ts'

/** What we need of the SDK's request. */
export interface SdkRequest {
  readonly method: string
  readonly protocol: string
  readonly hostname: string
  readonly port?: number | undefined
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[] | null>> | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface SdkResponse {
  readonly response: {
    readonly statusCode: number
    readonly reason: string | undefined
    readonly headers: Record<string, string>
    readonly body: IncomingMessage
  }
}

export interface HandlerSettings {
  /** Silence that is borne: while the body goes out, before the answer, and in its body. Not while its reader takes its time. */
  readonly timeoutMs: number
  readonly skipVerify: boolean
  readonly proxy: S3Proxy
  /** Sees the headers of every answer. */
  onAnswer(headers: Readonly<Record<string, string>>): void
}

/** A connection is there after this, or it is given up. */
const CONNECT_MS_MAX = 30_000

/** An unused connection is closed after this. */
const IDLE_MS = 90_000

/** A request that had no answer in time. */
export class SilentServer extends Error {
  override readonly name = 'TimeoutError'
  readonly code: string = 'ETIMEDOUT'
}

/**
 * Makes the SDK's requests with node:http. In place of the SDK's own handler, because a deadline must be for silence and not for the
 * length of a transfer, and must not strike a body whose reader pauses.
 */
export class HttpHandler {
  readonly metadata: { readonly handlerProtocol: string } = { handlerProtocol: 'http/1.1' }
  readonly #settings: HandlerSettings
  readonly #agents: Map<string, HttpAgent> = new Map()

  constructor(settings: HandlerSettings) {
    this.#settings = settings
  }

  handle(request: SdkRequest, options: { readonly abortSignal?: AbortSignal } = {}): Promise<SdkResponse> {
    const { abortSignal: signal } = options
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(abortError())
        return
      }
      const sent = this.#begin(request)
      const onAbort = (): void => {
        sent.destroy()
        reject(abortError())
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      sent.once('close', () => signal?.removeEventListener('abort', onAbort))
      sent.on('error', reject)
      sent.once('response', (answer) => {
        const headers = plainHeaders(answer)
        this.#settings.onAnswer(headers)
        const { statusCode = 0, statusMessage: reason } = answer
        resolve({ response: { statusCode, reason, headers, body: answer } })
      })
      endSilence(sent, request.protocol === 'https:', this.#settings.timeoutMs)
      sent.end(bodyBytes(request.body))
    })
  }

  /** Closes connections that nobody uses: after one of them was found dead, the others may be as well. */
  closeIdle(): void {
    for (const agent of this.#agents.values()) {
      for (const sockets of Object.values(agent.freeSockets)) {
        for (const socket of sockets ?? []) socket.destroy()
      }
    }
  }

  destroy(): void {
    for (const agent of this.#agents.values()) agent.destroy()
  }

  /** The SDK may set defaults for its own handler; ours has none. */
  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): Record<string, never> {
    return {}
  }

  #begin(request: SdkRequest): ClientRequest {
    const { protocol, hostname, port, method, headers } = request
    const host = hostname.replace(/^\[(.*)\]$/, '$1')
    const path = `${request.path}${queryText(request.query ?? {})}`
    const agent = this.#agentFor(protocol, isLocalHost(host))
    const options = { method, host, port, path, headers: { ...headers }, agent }
    return protocol === 'https:' ? httpsRequest(options) : httpRequest(options)
  }

  #agentFor(protocol: string, isLocal: boolean): HttpAgent {
    const name = `${protocol}${isLocal}`
    const { proxy, skipVerify } = this.#settings
    const proxyEnv = { HTTP_PROXY: proxy.http, HTTPS_PROXY: proxy.https, NO_PROXY: proxy.none }
    const hasProxy = !isLocal && (proxy.http ?? proxy.https) !== undefined
    const options = {
      keepAlive: true,
      timeout: IDLE_MS,
      maxSockets: Infinity,
      ...(hasProxy ? { proxyEnv } : {}),
    }
    const agent =
      this.#agents.get(name) ??
      (protocol === 'https:'
        ? new HttpsAgent({ ...options, rejectUnauthorized: !skipVerify })
        : new HttpAgent(options))
    this.#agents.set(name, agent)
    return agent
  }
}

function endSilence(sent: ClientRequest, isTls: boolean, timeoutMs: number): void {
  const connectMs = Math.min(CONNECT_MS_MAX, timeoutMs)
  const connecting = setTimeout(() => {
    sent.destroy(new SilentServer(`no connection after ${connectMs} ms`))
  }, connectMs)
  let answer: IncomingMessage | null = null
  sent.once('response', (response) => (answer = response))
  sent.once('socket', (socket: Socket) => {
    const onReady = (): void => {
      clearTimeout(connecting)
      socket.setTimeout(timeoutMs)
    }
    const onTimeout = (): void => {
      if (answer !== null && answer.readableLength > 0) {
        socket.setTimeout(timeoutMs) // it is the reader who takes its time
        return
      }
      const error = new SilentServer(`the server was silent for ${timeoutMs} ms`)
      answer?.destroy(error)
      sent.destroy(error)
    }
    const readyEvent = isTls ? 'secureConnect' : 'connect'
    if (socket.connecting) socket.once(readyEvent, onReady)
    else onReady()
    socket.on('timeout', onTimeout)
    sent.once('close', () => {
      socket.off('timeout', onTimeout)
      socket.off(readyEvent, onReady)
    })
  })
  sent.once('close', () => clearTimeout(connecting))
}

function abortError(): Error {
  return Object.assign(new Error('the request was aborted'), { name: 'AbortError' })
}

function bodyBytes(body: unknown): Uint8Array | string | undefined {
  if (body === undefined || body === null || body === '') return undefined
  if (typeof body === 'string' || body instanceof Uint8Array) return body
  throw new TypeError('bodies are bytes or text: streams are gathered before')
}

function plainHeaders(answer: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}

function queryText(query: NonNullable<SdkRequest['query']>): string {
  const pairs = Object.keys(query)
    .toSorted()
    .flatMap((name) => {
      const value = query[name]
      if (value === null || value === undefined) return [escaped(name)]
      const values = typeof value === 'string' ? [value] : value
      return values.map((each) => `${escaped(name)}=${escaped(each)}`)
    })
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** As RFC 3986, and so the signature, has it. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
