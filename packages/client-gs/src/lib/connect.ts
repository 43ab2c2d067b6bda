import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { observed, observedEach, translating, translatingEach } from '@ltx/client-core'
import type { CallOptions, Diagnose, RequestBytes, RequestKind } from '@ltx/client-core'
import { diagnose, GsCredentialsError, GsResponseError } from './errors.ts'
import type { GsSettings } from './options.ts'
import { sendRequest, TimeoutError, type HttpAnswer, type HttpRequest } from './send-request.ts'

/** A connection that nobody has used for so long is closed before the service does it. */
const IDLE_MS = 20_000

/** An answer that is no object is not longer: a page of a listing has at most about one megabyte. */
const TEXT_BYTES_MAX: number = 16 * 1024 * 1024

/** A bucket that was there so recently still is: a 404 then is a missing object. */
const BUCKET_SEEN_MS = 10_000

/** Time for what is done after a failure, and is not needed for what is right. */
const TIDY_MS = 3000

export interface GsRequest extends CallOptions {
  readonly kind: RequestKind
  /** For messages, as `list level 0`. */
  readonly what: string
  readonly method: HttpRequest['method']
  /** Below the endpoint, with the query. */
  readonly target: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: readonly Uint8Array[] | undefined
  /** Answers other than 2xx that are no failure. */
  readonly accept?: readonly number[] | undefined
}

export interface GsAnswer {
  readonly status: number
  readonly headers: HttpAnswer['headers']
  readonly text: string
}

/** Requests to one bucket: with credentials, deadlines, reports, and failures as `ClientError`. */
export class Connection {
  readonly settings: GsSettings
  readonly #agent: HttpAgent
  readonly #diagnose: Diagnose
  #credentials: Promise<() => Promise<Readonly<Record<string, string>>>> | null = null
  #bucketSeenMs = -Infinity
  #closed = false

  constructor(settings: GsSettings) {
    this.settings = settings
    const { http, https, none } = settings.proxy
    const proxyEnv = { HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: none }
    const options = { keepAlive: true, timeout: IDLE_MS, proxyEnv }
    this.#agent = settings.endpoint.startsWith('https:') ? new HttpsAgent(options) : new HttpAgent(options)
    this.#diagnose = (error) =>
      this.#closed ? { code: 'CLIENT_CLOSED', hint: 'the client was closed meanwhile' } : diagnose(error)
  }

  /** A request whose answer is short. */
  async exchange(request: GsRequest): Promise<GsAnswer> {
    const { onRequest, env } = this.settings
    return await observed(onRequest, env.clock, request.kind, (bytes) =>
      translating(request.what, this.#diagnose, request.signal, async () => {
        const answer = await this.#send(request, bytes)
        const text = await this.#textOf(answer, bytes)
        if (isSuccess(answer.status) || request.accept?.includes(answer.status) === true) {
          return { status: answer.status, headers: answer.headers, text }
        }
        throw this.#refusal(answer, text)
      }),
    )
  }

  /**
   * A request whose answer is an object. `take` gets the answer when it was accepted, and its body as it comes. Chunks are owned by
   * the reader.
   */
  stream(
    request: GsRequest,
    take: (answer: HttpAnswer) => AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { onRequest, env } = this.settings
    return observedEach(onRequest, env.clock, request.kind, (bytes) =>
      translatingEach(request.what, this.#diagnose, request.signal, this.#streamed(request, bytes, take)),
    )
  }

  async *#streamed(
    request: GsRequest,
    bytes: RequestBytes,
    take: (answer: HttpAnswer) => AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const answer = await this.#send(request, bytes)
    if (!isSuccess(answer.status)) {
      const text = await this.#textOf(answer, bytes)
      if (request.accept?.includes(answer.status) !== true) throw this.#refusal(answer, text)
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

  /**
   * Whether a 404 was about the object: a missing bucket looks the same in many answers.
   *
   * @throws {ClientError} `CLIENT_BAD_OPTIONS` when the bucket is missing
   */
  async expectBucket(options: CallOptions): Promise<void> {
    const seenMs = this.settings.env.clock.elapsedMs() - this.#bucketSeenMs
    if (seenMs > BUCKET_SEEN_MS) await this.probe(options)
  }

  /** The cheapest request there is. Returns the service's time, in ms since the epoch. */
  async probe(options: CallOptions): Promise<number | null> {
    const { bucket, prefix } = this.settings
    const { headers } = await this.exchange({
      kind: 'LIST',
      what: `look into the bucket ${bucket}`,
      method: 'GET',
      target: `${this.objects}?${query({ prefix: `${prefix}ltx/`, maxResults: '1', fields: 'kind' })}`,
      signal: options.signal,
    })
    return timeOf(headers)
  }

  /** Something that may fail: a request with a short deadline of its own, whose outcome nobody needs. */
  async tidyUp(request: Omit<GsRequest, 'signal'>): Promise<void> {
    await this.exchange({ ...request, signal: AbortSignal.timeout(TIDY_MS) }).catch(() => undefined)
  }

  /** `/storage/v1/b/BUCKET/o` */
  get objects(): string {
    return `/storage/v1/b/${encodeURIComponent(this.settings.bucket)}/o`
  }

  /** Ends what is under way. */
  close(): void {
    this.#closed = true
    this.#agent.destroy()
  }

  async #send(request: GsRequest, bytes: RequestBytes): Promise<HttpAnswer> {
    const { endpoint, timeoutMs } = this.settings
    const { method, signal, body = [] } = request
    const url = new URL(request.target, endpoint)
    const headers = { ...(await this.#credentialHeaders(signal)), ...request.headers }
    bytes.up += body.reduce((sum, part) => sum + part.length, 0)
    const answer = await sendRequest({ method, url, headers, body, agent: this.#agent, timeoutMs, signal })
    if (isSuccess(answer.status)) this.#bucketSeenMs = this.settings.env.clock.elapsedMs()
    return answer
  }

  async #credentialHeaders(signal: AbortSignal | undefined): Promise<Readonly<Record<string, string>>> {
    if (this.settings.authentication === 'none') return {}
    try {
      this.#credentials ??= credentialsOf(this.settings)
      return await withinMs(
        this.#credentials.then((headers) => headers()),
        this.settings.timeoutMs,
        signal,
      )
    } catch (cause) {
      signal?.throwIfAborted()
      this.#credentials = null // the machine may have credentials the next time
      throw new GsCredentialsError('no access token', { cause })
    }
  }

  async #textOf(answer: HttpAnswer, bytes: RequestBytes): Promise<string> {
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

  #refusal(answer: HttpAnswer, text: string): GsResponseError {
    const { reason, message } = parseRefusal(text)
    const serviceMs = timeOf(answer.headers)
    const aheadMs = serviceMs === null ? null : this.settings.env.clock.wallMs() - serviceMs
    return new GsResponseError(answer.status, reason, message, aheadMs)
  }
}

/** Application Default Credentials through Google's library, which is loaded when somebody needs it; or the caller's own token. */
async function credentialsOf(settings: GsSettings): Promise<() => Promise<Readonly<Record<string, string>>>> {
  const { accessToken, endpoint } = settings
  if (accessToken !== undefined) {
    return async () => ({ authorization: `Bearer ${await accessToken()}` })
  }
  return await googleCredentials(endpoint)
}

/** What a request to `url` needs: an `authorization` header, and whatever project pays for it. */
export async function googleCredentials(
  url: string,
): Promise<() => Promise<Readonly<Record<string, string>>>> {
  const { Storage } = await import('@google-cloud/storage')
  // Without a project the library asks Google for it, which may fail; nothing that we do needs one.
  const { authClient } = new Storage({ projectId: 'none', retryOptions: { autoRetry: false, maxRetries: 0 } })
  return async () => Object.fromEntries(await authClient.getRequestHeaders(url))
}

/** The names and values of a query, those with a value. */
export function query(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return new URLSearchParams(given).toString()
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

function timeOf(headers: HttpAnswer['headers']): number | null {
  const timeMs = Date.parse(headers['date'] ?? '')
  return Number.isNaN(timeMs) ? null : timeMs
}

/** Google's JSON, or whatever else stands there. */
function parseRefusal(text: string): { reason: string; message: string } {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: string; errors?: { reason?: string }[] } }
    return {
      reason: error?.errors?.[0]?.reason ?? '',
      message: (error?.message ?? '').slice(0, 500),
    }
  } catch {
    return { reason: '', message: text.slice(0, 200).replaceAll(/\s+/g, ' ') }
  }
}

/** Does not wait longer, and not after the signal has fired. */
async function withinMs<Value>(
  promise: Promise<Value>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new TimeoutError(timeoutMs, 'asking for an access token')), timeoutMs)
  const onAbort = (): void => reject(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {
  yield* []
}
