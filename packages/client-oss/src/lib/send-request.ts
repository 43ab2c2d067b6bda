import { request as requestHttp, type Agent, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { pipeline, Readable } from 'node:stream'
import type { CallOptions } from '@ltx/client-core'

/** A body is written in pieces of this size: over TLS, a single large write shows no progress before its end. */
const PIECE_BYTES: number = 64 * 1024

export interface HttpRequest extends CallOptions {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** Host and port. */
  readonly origin: URL
  /** Sent as it is. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  /** Sent one after the other; borrowed until the answer is there. */
  readonly body: readonly Uint8Array[]
  readonly agent: Agent
  /** Longest time without any progress: connecting, sending, waiting for the answer, between two chunks of it. */
  readonly timeoutMs: number
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** To be read once; chunks are owned by the reader. Leaving it early ends the connection without draining it. */
  readonly body: AsyncIterable<Uint8Array>
  /** Ends the connection of an answer whose body nobody has begun to read. */
  discard(): void
}

/** No progress for too long. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
  readonly code: string = 'ETIMEDOUT'

  constructor(timeoutMs: number, doing: string) {
    super(`ETIMEDOUT: no progress for ${timeoutMs} ms while ${doing}`)
  }
}

/** One request, as it is: nothing is repeated, nothing redirected. Failures are Node's own, or a {@link TimeoutError}. */
export function sendRequest(options: HttpRequest): Promise<HttpAnswer> {
  const { method, origin, target, agent, timeoutMs, signal } = options
  const bodyBytes = options.body.reduce((sum, part) => sum + part.length, 0)
  const hasBody = method === 'PUT' || method === 'POST'
  const headers = { ...options.headers, ...(hasBody ? { 'content-length': `${bodyBytes}` } : {}) }
  const { hostname, port } = origin
  const place = { hostname: hostname.replace(/^\[|\]$/g, ''), port, path: target } // no URL: it would tidy up the path
  const send = origin.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const request = send({
      ...place,
      method,
      headers,
      agent,
      timeout: timeoutMs,
    })
    request.on('timeout', () => request.destroy(new TimeoutError(timeoutMs, 'waiting for the answer')))
    request.on('error', reject)
    endOnAbort(request, signal, reject)
    request.on('response', (response) => {
      request.setTimeout(0) // a reader may take its time: only while it waits does time count
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers as HttpAnswer['headers'],
        body: chunksOf(request, response, timeoutMs),
        discard: () => void request.destroy(),
      })
    })
    if (bodyBytes === 0) request.end()
    else pipeline(Readable.from(piecesOf(options.body), { objectMode: false }), request, () => undefined)
  })
}

/**
 * In place of Node's own `signal`: that destroys with an error, and where the whole answer has come in but was not read yet, the request
 * has left its socket already. Then nobody would hear of the error, which ends the process.
 */
function endOnAbort(
  request: ClientRequest,
  signal: AbortSignal | undefined,
  reject: (reason: unknown) => void,
): void {
  if (signal === undefined) return
  const onAbort = (): void => {
    reject(signal.reason)
    request.destroy()
  }
  if (signal.aborted) {
    onAbort()
    return
  }
  signal.addEventListener('abort', onAbort, { once: true })
  request.once('close', () => signal.removeEventListener('abort', onAbort))
}

function* piecesOf(body: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const part of body) {
    for (let start = 0; start < part.length; start += PIECE_BYTES)
      yield part.subarray(start, start + PIECE_BYTES)
  }
}

async function* chunksOf(
  request: ClientRequest,
  response: IncomingMessage,
  timeoutMs: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let ended = false
  try {
    for (;;) {
      const timer = setTimeout(() => {
        response.destroy(new TimeoutError(timeoutMs, 'reading the answer'))
      }, timeoutMs)
      const step = await iterator.next().finally(() => clearTimeout(timer))
      if (step.done === true) {
        ended = true
        return
      }
      yield new Uint8Array(step.value.buffer, step.value.byteOffset, step.value.length)
    }
  } finally {
    if (!ended) request.destroy()
  }
}
