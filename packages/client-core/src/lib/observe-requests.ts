import type { Clock } from '@ltx/env'
import { isClientError, type ClientErrorCode } from './errors.ts'

/** Kinds of requests, as storage providers count and price them. A multipart upload is several `PUT`. */
export type RequestKind = 'PUT' | 'GET' | 'DELETE' | 'LIST' | 'HEAD'

/** One request that a client has made to its storage, after it has ended. */
export interface RequestReport {
  readonly kind: RequestKind
  /** Of bodies and file contents. */
  readonly bytesUp: number
  readonly bytesDown: number
  readonly durationMs: number
  /** How it failed; `ABORTED` when the caller's signal fired; `null` when it did not fail. */
  readonly failure: ClientErrorCode | 'ABORTED' | null
}

/** Must not throw; called once per request. */
export type RequestObserver = (report: RequestReport) => void

/** Byte counts of a request under way; add to them while it runs. */
export interface RequestBytes {
  up: number
  down: number
}

/**
 * Runs one request and reports it. `work` rejects with a `ClientError` already, or with the reason of an abort.
 */
export async function observed<Result>(
  observe: RequestObserver | undefined,
  clock: Clock,
  kind: RequestKind,
  work: (bytes: RequestBytes) => Promise<Result>,
): Promise<Result> {
  const bytes: RequestBytes = { up: 0, down: 0 }
  if (observe === undefined) return await work(bytes)
  const startedMs = clock.elapsedMs()
  let failure: RequestReport['failure'] = 'ABORTED'
  try {
    const result = await work(bytes)
    failure = null
    return result
  } catch (error) {
    if (isClientError(error)) failure = error.code
    throw error
  } finally {
    observe({
      kind,
      bytesUp: bytes.up,
      bytesDown: bytes.down,
      durationMs: clock.elapsedMs() - startedMs,
      failure,
    })
  }
}

/** The same for a request whose answer is a stream: it ends with the stream, and a reader that stops early ends it without failure. */
export async function* observedEach<Item>(
  observe: RequestObserver | undefined,
  clock: Clock,
  kind: RequestKind,
  work: (bytes: RequestBytes) => AsyncIterable<Item>,
): AsyncGenerator<Item, void, undefined> {
  const bytes: RequestBytes = { up: 0, down: 0 }
  const startedMs = clock.elapsedMs()
  let failure: RequestReport['failure'] = null
  try {
    yield* work(bytes)
  } catch (error) {
    failure = isClientError(error) ? error.code : 'ABORTED'
    throw error
  } finally {
    observe?.({
      kind,
      bytesUp: bytes.up,
      bytesDown: bytes.down,
      durationMs: clock.elapsedMs() - startedMs,
      failure,
    })
  }
}
