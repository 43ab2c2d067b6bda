import { request as requestHttp, type Agent, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { CallOptions } from '@ltx/client-core'

/** A server that does not say whether it wants a body at all is sent it after so long. */
const CONTINUE_MS = 1000

/** Handed over at once. Progress is what was taken: of a large piece, nothing is seen until all of it is. */
const PIECE_BYTES: number = 64 * 1024

export interface HttpRequest extends CallOptions {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Borrowed until the answer is there. */
  readonly body?: Uint8Array | StreamBody | undefined
  /** Whether a stream waits until the server has said that it wants it; yes when absent. */
  readonly waits?: boolean | undefined
  readonly agent: Agent
  /** Longest time without any progress: connecting, sending, waiting for the answer, between two chunks of it. */
  readonly timeoutMs: number
}

/** A body as it comes. Time that its chunks take to come does not count as waiting. */
export interface StreamBody {
  readonly chunks: AsyncIterable<Uint8Array>
  /** All of it; `null`: nobody knows. */
  readonly bytes: number | null
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Whether the server had the whole request when it answered. */
  readonly sentAll: boolean
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

/**
 * One request, as it is: nothing is repeated, nothing redirected. Failures are Node's own, a {@link TimeoutError}, or what a streamed
 * body threw. Nothing of a streamed body is asked for before the server has said that it wants it, unless it `waits` for nothing.
 */
export async function sendRequest(options: HttpRequest): Promise<HttpAnswer> {
  const { method, url, agent, timeoutMs, signal, body } = options
  const streamed = body !== undefined && !(body instanceof Uint8Array)
  const waits = streamed && options.waits !== false
  const length = streamed ? body.bytes : (body?.length ?? null)
  const headers: Record<string, string> = { ...options.headers }
  if (length !== null) headers['content-length'] = `${length}`
  else if (streamed) headers['transfer-encoding'] = 'chunked'
  if (waits) headers['expect'] = '100-continue'
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  const request = send(url, { method, headers, agent })
  const patience = patienceWith(request, timeoutMs)
  patience.begin('waiting for the answer')
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve)
    request.on('error', reject)
    endOnAbort(request, signal, reject)
  })
  answered.catch(() => undefined) // whoever waits hears of it below
  try {
    const early = { answered: false }
    const answer = answered.then(() => void (early.answered = true))
    answer.catch(() => undefined)
    if (waits) await Promise.race([invitation(request), answer])
    const chunks = streamed ? body.chunks : body === undefined ? [] : [body]
    const sentAll = await sendBody(request, chunks, answer, early, patience)
    const response = await answered
    if (!sentAll) response.once('close', () => request.destroy()) // no other request may follow on it
    return {
      status: response.statusCode ?? 0,
      headers: response.headers as HttpAnswer['headers'],
      sentAll,
      body: chunksOf(request, response, timeoutMs),
      discard: () => void request.destroy(),
    }
  } finally {
    patience.end()
  }
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

interface Patience {
  begin(doing: string): void
  end(): void
}

function patienceWith(request: ClientRequest, timeoutMs: number): Patience {
  let timer: NodeJS.Timeout | undefined
  return {
    begin(doing) {
      clearTimeout(timer)
      timer = setTimeout(() => request.destroy(new TimeoutError(timeoutMs, doing)), timeoutMs)
    },
    end: () => clearTimeout(timer),
  }
}

/** Whether all of it was sent; an answer that comes earlier ends it. What `chunks` throws ends the request in the middle. */
async function sendBody(
  request: ClientRequest,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  answer: Promise<void>,
  early: { readonly answered: boolean },
  patience: Patience,
): Promise<boolean> {
  if (early.answered) return false
  patience.end()
  try {
    for await (const chunk of chunks) {
      for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
        patience.begin('sending')
        const sent = written(request, chunk.subarray(start, start + PIECE_BYTES))
        await Promise.race([sent.catch(() => answer), answer]) // why it failed, the request itself says
        patience.end()
        if (early.answered) return false
      }
    }
  } catch (error) {
    request.destroy()
    throw error
  }
  patience.begin('waiting for the answer')
  request.end()
  return true
}

/** Resolves when the server wants the body, or says nothing about it, or is not there. */
async function invitation(request: ClientRequest): Promise<void> {
  request.flushHeaders()
  const { promise, resolve } = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined
  const waits = (): void => void (timer = setTimeout(resolve, CONTINUE_MS))
  request.once('continue', resolve)
  request.once('close', () => {
    clearTimeout(timer)
    resolve()
  })
  request.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', waits)
    else waits()
  })
  await promise
  clearTimeout(timer)
}

function written(request: ClientRequest, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    request.write(chunk, (error) => (error ? reject(error) : resolve()))
  })
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
