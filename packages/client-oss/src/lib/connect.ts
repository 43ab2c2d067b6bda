import { createHash } from 'node:crypto'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import {
  ClientError,
  observed,
  observedEach,
  translating,
  translatingEach,
  type CallOptions,
  type Diagnosis,
  type RequestBytes,
  type RequestKind,
} from '@ltx/client-core'
import { diagnose, OssResponseError, type Refusal } from './errors.ts'
import type { OssSettings } from './options.ts'
import { requestTarget, withoutEmpty, type Query, type SubResources } from './request-target.ts'
import { sendRequest, type HttpAnswer, type HttpRequest } from './send-request.ts'

/** A connection that nobody has used for so long is closed before the service does it. */
const IDLE_MS = 20_000

/** An answer that is no object is not longer: a page of a listing has at most about two megabytes. */
const TEXT_BYTES_MAX: number = 16 * 1024 * 1024

/** Time for what is done after a failure, and is not needed for what is right. */
const TIDY_MS = 3000

export interface OssRequest extends CallOptions {
  readonly kind: RequestKind
  /** For messages, as `list level 0`. */
  readonly what: string
  readonly method: HttpRequest['method']
  /** An object; the bucket itself when absent. */
  readonly key?: string | undefined
  readonly query?: Query | undefined
  readonly subResources?: SubResources | undefined
  /** In lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Done although the client is being closed, and not for long. */
  readonly isTidying?: true
  /** Sent with its MD5, which the service compares. */
  readonly body?: Uint8Array | undefined
}

export interface OssAnswer {
  readonly headers: HttpAnswer['headers']
  /** Of an answer that is XML, what its root element has; lists of one are no lists. */
  readonly data: Readonly<Record<string, unknown>>
}

/** The parts of the SDK that are used: its signatures, and its reader of XML. */
interface Signer {
  authorization(
    method: string,
    resource: string,
    subResources: SubResources,
    headers: Readonly<Record<string, string>>,
  ): string
  authorizationV4(
    method: string,
    request: { readonly headers: Readonly<Record<string, string>>; readonly queries: SubResources },
    bucket: string,
    key: string,
  ): string
  parseXML(text: string): Promise<Readonly<Record<string, unknown>> | string | null>
}

/** Requests to one bucket: signed, with deadlines, reports, and failures as `ClientError`. */
export class Connection {
  readonly settings: OssSettings
  readonly #agent: HttpAgent
  readonly #tidying = new Set<Promise<void>>()
  #signer: Promise<Signer> | null = null
  #serverTime: { readonly serverMs: number; readonly atMs: number } | null = null
  #refuses = false
  #closed = false

  constructor(settings: OssSettings) {
    this.settings = settings
    const { http, https, none } = settings.proxy
    const proxyEnv = { HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: none }
    const options = { keepAlive: true, timeout: IDLE_MS, proxyEnv }
    this.#agent = settings.endpoint.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options)
  }

  /** The service's time in ms since the epoch, by its last answer; `null` before the first. */
  get serverTimeMs(): number | null {
    if (this.#serverTime === null) return null
    const { serverMs, atMs } = this.#serverTime
    return serverMs + Math.round(this.settings.env.clock.elapsedMs() - atMs)
  }

  /** A request whose answer is short. */
  async exchange(request: OssRequest): Promise<OssAnswer> {
    if (request.isTidying !== true) this.checkOpen(request.signal)
    const signal = request.isTidying === true ? AbortSignal.timeout(TIDY_MS) : request.signal
    const { onRequest, env } = this.settings
    return await observed(onRequest, env.clock, request.kind, (bytes) =>
      translating(
        request.what,
        (error) => this.diagnose(error),
        signal,
        async () => {
          const answer = await this.#send({ ...request, signal }, bytes)
          const text = await textOf(answer, bytes)
          if (answer.status >= 300) throw await this.#refusal(answer, text)
          const data = /xml/.test(answer.headers['content-type'] ?? '') ? await this.#parsed(text) : {}
          return { headers: answer.headers, data }
        },
      ),
    )
  }

  /**
   * A request whose answer is an object. `take` gets the answer when it was accepted, and its body as it comes. Chunks are owned by
   * the reader.
   */
  stream(
    request: OssRequest,
    take: (answer: HttpAnswer) => AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { onRequest, env } = this.settings
    return observedEach(onRequest, env.clock, request.kind, (bytes) =>
      translatingEach(
        request.what,
        (error) => this.diagnose(error),
        request.signal,
        this.#streamed(request, bytes, take),
      ),
    )
  }

  async *#streamed(
    request: OssRequest,
    bytes: RequestBytes,
    take: (answer: HttpAnswer) => AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    this.checkOpen(request.signal)
    const answer = await this.#send(request, bytes)
    if (answer.status >= 300) throw await this.#refusal(answer, await textOf(answer, bytes))
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

  /** Something whose outcome nobody needs; `close` waits for it. Its requests say `isTidying`. */
  tidy(what: string, work: () => Promise<unknown>): void {
    const done: Promise<void> = work()
      .then(
        () => undefined,
        (error: unknown) => this.settings.env.logger.log('debug', `cannot ${what}`, { error: String(error) }),
      )
      .finally(() => this.#tidying.delete(done))
    this.#tidying.add(done)
  }

  diagnose(error: unknown): Diagnosis {
    if (this.#closed) return { code: 'CLIENT_CLOSED', hint: 'the client was closed meanwhile' }
    return diagnose(error)
  }

  checkOpen(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted()
    if (this.#refuses) throw new ClientError('CLIENT_CLOSED', 'the oss client is closed')
  }

  /** Ends what is under way, once what is tidied up has ended. */
  async close(): Promise<void> {
    this.#refuses = true
    while (this.#tidying.size > 0) await Promise.all(this.#tidying)
    this.#closed = true
    this.#agent.destroy()
  }

  async #send(request: OssRequest, bytes: RequestBytes): Promise<HttpAnswer> {
    const { endpoint, pathStyle, bucket, timeoutMs, env } = this.settings
    const { method, key = '', query = {}, subResources = {}, body, signal } = request
    const host = pathStyle ? endpoint.host : `${bucket}.${endpoint.host}`
    const target = requestTarget({ bucket, key, pathStyle }, query, subResources)
    const headers = { ...(await this.#signed(request)), host }
    bytes.up += body?.length ?? 0
    const answer = await sendRequest({
      method,
      origin: new URL(`${endpoint.protocol}//${host}`),
      target,
      headers,
      body: body === undefined ? [] : [body],
      agent: this.#agent,
      timeoutMs,
      signal,
    })
    const serverMs = timeOf(answer.headers)
    if (serverMs !== null) this.#serverTime = { serverMs, atMs: env.clock.elapsedMs() }
    return answer
  }

  /** @see help.aliyun.com, "Include a V4 signature" and "Include a V1 signature" */
  async #signed({
    method,
    key = '',
    query = {},
    subResources = {},
    headers,
    body,
  }: OssRequest): Promise<Record<string, string>> {
    const { bucket, securityToken, signature, env } = this.settings
    const signer = await this.#openSigner()
    const now = new Date(env.clock.wallMs())
    const all: Record<string, string> = {
      'x-oss-date': signature === 'v4' ? now.toISOString().replace(/[-:]|\.\d+/g, '') : now.toUTCString(),
      ...(signature === 'v4' ? { 'x-oss-content-sha256': 'UNSIGNED-PAYLOAD' } : {}),
      ...(securityToken === null ? {} : { 'x-oss-security-token': securityToken }),
      ...(body === undefined ? {} : { 'content-md5': createHash('md5').update(body).digest('base64') }),
      'content-type': 'application/octet-stream',
      'user-agent': 'ltx',
      ...headers,
    }
    const queries = { ...withoutEmpty(query), ...subResources }
    const authorization =
      signature === 'v4'
        ? signer.authorizationV4(method, { headers: all, queries }, bucket, key)
        : signer.authorization(method, `/${bucket}/${key}`, subResources, all)
    return { ...all, authorization }
  }

  async #openSigner(): Promise<Signer> {
    this.#signer ??= makeSigner(this.settings)
    return await this.#signer
  }

  async #parsed(text: string): Promise<Readonly<Record<string, unknown>>> {
    const data = await (await this.#openSigner()).parseXML(text)
    return typeof data === 'object' && data !== null ? data : {}
  }

  async #refusal(answer: HttpAnswer, text: string): Promise<OssResponseError> {
    const encoded = answer.headers['x-oss-err'] // answers to HEAD have no body
    const xml = text === '' && encoded !== undefined ? Buffer.from(encoded, 'base64').toString() : text
    const data = xml.trimStart().startsWith('<') ? await this.#parsed(xml).catch(() => ({})) : {}
    const { Code, Message, Endpoint } = data as Readonly<Record<string, unknown>>
    const refusal: Refusal = {
      status: answer.status,
      code: typeof Code === 'string' ? Code : '',
      message: typeof Message === 'string' ? Message : xml.slice(0, 200).replaceAll(/\s+/g, ' '),
      ...(typeof Endpoint === 'string' ? { endpoint: Endpoint } : {}),
    }
    const serverMs = timeOf(answer.headers)
    return new OssResponseError(
      refusal,
      serverMs === null ? null : this.settings.env.clock.wallMs() - serverMs,
    )
  }
}

async function makeSigner(settings: OssSettings): Promise<Signer> {
  const { default: Oss } = await import('ali-oss')
  const { accessKeyId, accessKeySecret, region, bucket, signature } = settings
  const options = { accessKeyId, accessKeySecret, region: `oss-${region}`, bucket }
  const client = new Oss({ ...options, authorizationV4: signature === 'v4' })
  return client as unknown as Signer
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

function timeOf(headers: HttpAnswer['headers']): number | null {
  const timeMs = Date.parse(headers['date'] ?? '')
  return Number.isNaN(timeMs) ? null : timeMs
}
