import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { observed, observedEach, translating, translatingEach } from '@ltx/client-core'
import type { CallOptions, Diagnose, RequestBytes, RequestKind } from '@ltx/client-core'
import { Authentication } from './authentication.ts'
import { diagnose, WebdavResponseError } from './errors.ts'
import type { WebdavSettings } from './options.ts'
import { sendRequest, type HttpAnswer, type StreamBody } from './send-request.ts'

/** A connection that nobody has used for so long is closed before the server does it; Apache waits five seconds. */
const IDLE_MS = 4000

/** Connections at once. */
const SOCKETS_MAX = 64

/** An answer that is no file is not longer: a listing has some 500 bytes for each file. */
const TEXT_BYTES_MAX: number = 256 * 1024 * 1024

/** Introductions of one request: the server asks, a nonce has run out, and another one on the way. */
const INTRODUCTIONS_MAX = 4

/** Time for what is done after a failure, and is not needed for what is right. */
const TIDY_MS = 3000

export interface WebdavRequest extends CallOptions {
  readonly kind: RequestKind
  /** For messages, as `list level 0`. */
  readonly what: string
  readonly method: string
  /** Below the server's tree, see {@link Connection.at}; with a slash at its end for a collection. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** A stream is opened when the server wants it, and again when it asks who is there after it was begun. */
  readonly body?: Uint8Array | (() => StreamBody) | undefined
  /** Takes away what is of no use to anybody: also when the client was closed meanwhile. */
  readonly tidies?: boolean | undefined
  /** Answers other than 2xx that are no failure. */
  readonly accept?: readonly number[] | undefined
}

export interface WebdavAnswer {
  readonly status: number
  readonly headers: HttpAnswer['headers']
  readonly text: string
}

/** Requests to one server: with credentials, deadlines, reports, and failures as `ClientError`. */
export class Connection {
  readonly settings: WebdavSettings
  readonly #agent: HttpAgent
  readonly #authentication: Authentication
  readonly #diagnose: Diagnose
  #serverMs: number | null = null
  #waits = true
  #closed = false

  constructor(settings: WebdavSettings) {
    this.settings = settings
    const options = { keepAlive: true, timeout: IDLE_MS, maxSockets: SOCKETS_MAX }
    this.#agent = settings.origin.startsWith('https:') ? new HttpsAgent(options) : new HttpAgent(options)
    this.#authentication = new Authentication(settings.user, settings.env.random)
    this.#diagnose = (error) =>
      this.#closed ? { code: 'CLIENT_CLOSED', hint: 'the client was closed meanwhile' } : diagnose(error)
  }

  /** What the last answer said, in ms since the epoch. */
  get serverMs(): number | null {
    return this.#serverMs
  }

  /** A request whose answer is short. */
  async exchange(request: WebdavRequest): Promise<WebdavAnswer> {
    const { onRequest, env } = this.settings
    return await observed(onRequest, env.clock, request.kind, (bytes) =>
      translating(request.what, this.#diagnose, request.signal, async () => {
        const answer = await this.#send(request, bytes)
        const text = await textOf(answer, bytes)
        if (request.accept?.includes(answer.status) !== true) this.#expectSuccess(request, answer, text)
        return { status: answer.status, headers: answer.headers, text }
      }),
    )
  }

  /** A request whose answer is a file. `take` gets the answer when it was accepted, and its body as it comes. */
  stream(
    request: WebdavRequest,
    take: (answer: HttpAnswer) => AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { onRequest, env } = this.settings
    return observedEach(onRequest, env.clock, request.kind, (bytes) =>
      translatingEach(request.what, this.#diagnose, request.signal, this.#streamed(request, bytes, take)),
    )
  }

  async *#streamed(
    request: WebdavRequest,
    bytes: RequestBytes,
    take: (answer: HttpAnswer) => AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const answer = await this.#send(request, bytes)
    if (!isSuccess(answer.status)) {
      const text = await textOf(answer, bytes)
      if (request.accept?.includes(answer.status) !== true) this.#expectSuccess(request, answer, text)
      yield* take({ ...answer, body: nothing() })
      return
    }
    let ended = false
    try {
      for await (const chunk of take(answer)) {
        bytes.down += chunk.length
        yield chunk
      }
      ended = true
    } finally {
      if (!ended) answer.discard()
    }
  }

  /** Something that may fail: a request with a short deadline of its own. Whether it is known to be done; never throws. */
  async tidyUp(request: Omit<WebdavRequest, 'signal'>): Promise<boolean> {
    const tidying = { ...request, tidies: true, signal: AbortSignal.timeout(TIDY_MS) }
    return await this.exchange(tidying).then(
      ({ status }) => status !== 207, // something of it could not be done
      () => false,
    )
  }

  /** A path below the server's tree, of one below the replica's root. Neither is encoded. */
  at(path: string): string {
    const { root } = this.settings
    return root === '' ? path : `${root}/${path}`
  }

  urlOf(path: string): URL {
    const { origin, base } = this.settings
    return new URL(`${origin}${base}/${path.split('/').map(encodeURIComponent).join('/')}`)
  }

  /** Ends what is under way. */
  close(): void {
    this.#closed = true
    this.#agent.destroy()
  }

  async #send(request: WebdavRequest, bytes: RequestBytes): Promise<HttpAnswer> {
    const { method, signal } = request
    if (this.#closed && request.tidies !== true) throw new Error('the client was closed')
    const url = this.urlOf(request.path)
    for (let introductions = 1; ; introductions++) {
      const introduction = this.#authentication.introduce(method, url.pathname)
      const { header } = introduction
      const answer = await sendRequest({
        method,
        url,
        headers: { ...request.headers, ...(header === undefined ? {} : { authorization: header }) },
        body: bodyOf(request, bytes),
        waits: this.#waits,
        agent: this.#agent,
        timeoutMs: this.settings.timeoutMs,
        signal,
      })
      const serverMs = Date.parse(answer.headers['date'] ?? '')
      if (!Number.isNaN(serverMs)) this.#serverMs = serverMs
      if (answer.status === 417 && this.#waits) {
        this.#waits = false // a server that has never heard of waiting
        await textOf(answer, bytes)
        continue
      }
      if (answer.status !== 401) {
        this.#authentication.accepted(introduction)
        return answer
      }
      const again = this.#authentication.refused(introduction, answer.headers['www-authenticate'])
      if (!again || introductions === INTRODUCTIONS_MAX) return answer
      await textOf(answer, bytes)
    }
  }

  #expectSuccess({ method }: WebdavRequest, answer: HttpAnswer, text: string): void {
    const { status, sentAll } = answer
    if (isSuccess(status) && sentAll) return
    const detail = isSuccess(status) ? 'before it had the whole request' : plainText(text)
    throw new WebdavResponseError(status, method, detail, this.#leadsTo(answer))
  }

  #leadsTo({ status, headers }: HttpAnswer): string | null {
    if (status < 300 || status > 399 || headers['location'] === undefined) return null
    const location = URL.parse(headers['location'], this.settings.origin)
    return location === null ? null : `${location.origin}${location.pathname}`
  }
}

/** The elements of an answer in XML, by the library, which is loaded when the first one comes. */
export async function parseMultistatus(text: string): Promise<readonly unknown[]> {
  const { parseXML } = await import('webdav')
  return (await parseXML(text)).multistatus.response
}

/** Counts what the server takes. */
function bodyOf({ body }: WebdavRequest, bytes: RequestBytes): Uint8Array | StreamBody | undefined {
  if (typeof body !== 'function') {
    bytes.up += body?.length ?? 0
    return body
  }
  const stream = body()
  const counted = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of stream.chunks) {
      bytes.up += chunk.length
      yield chunk
    }
  }
  return { chunks: counted(), bytes: stream.bytes }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

async function textOf(answer: HttpAnswer, bytes: RequestBytes): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer.body) {
    length += chunk.length
    bytes.down += chunk.length
    if (length > TEXT_BYTES_MAX) throw new Error(`an answer of more than ${TEXT_BYTES_MAX} bytes`)
    parts.push(chunk)
  }
  return Buffer.concat(parts).toString()
}

/** The beginning of what stands there, without its markup. */
function plainText(text: string): string {
  return text
    .slice(0, 2000)
    .replaceAll(/<(title|head|style)\b.*?<\/\1>|<[^>]*>/gs, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 200)
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {
  yield* []
}
