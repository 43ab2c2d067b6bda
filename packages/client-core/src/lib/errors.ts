import type { FileKey } from './replica-client.ts'

/**
 * What happened, as finely as a caller can act on it.
 *
 * `CLIENT_NOT_FOUND` no such file (never a permission problem) · `CLIENT_EXISTS` the name holds other bytes: another writer ·
 * `CLIENT_DENIED` credentials or permissions · `CLIENT_BUSY` throttled or short of a resource · `CLIENT_UNREACHABLE` network or server
 * trouble · `CLIENT_BAD_FILE` the source is not an LTX file · `CLIENT_BAD_OPTIONS` a setting is wrong · `CLIENT_CLOSED` used after
 * close · `CLIENT_FULL` no space or quota left · `CLIENT_UNEXPECTED` anything else.
 */
export type ClientErrorCode =
  | 'CLIENT_NOT_FOUND'
  | 'CLIENT_EXISTS'
  | 'CLIENT_DENIED'
  | 'CLIENT_BUSY'
  | 'CLIENT_UNREACHABLE'
  | 'CLIENT_BAD_FILE'
  | 'CLIENT_BAD_OPTIONS'
  | 'CLIENT_CLOSED'
  | 'CLIENT_FULL'
  | 'CLIENT_UNEXPECTED'

/** `retry`: the same call may succeed in a while. `give-up`: it will not until somebody changes something. */
export type Advice = 'retry' | 'give-up'

export interface ClientErrorOptions extends ErrorOptions {
  /** When absent: `retry` for `CLIENT_BUSY` and `CLIENT_UNREACHABLE`, `give-up` for the others. */
  readonly advice?: Advice | undefined
  readonly files?: readonly FileKey[] | undefined
}

/** A storage call failed. Clients throw only this, an abort's own reason, or what the caller's own source threw. */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: ClientErrorCode
  readonly advice: Advice
  /** The files that could not be deleted, for a failed `deleteFiles` or `deleteAll`; otherwise empty. */
  readonly files: readonly FileKey[]

  constructor(code: ClientErrorCode, message: string, options: ClientErrorOptions = {}) {
    super(`${code}: ${message}`, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.advice =
      options.advice ?? (code === 'CLIENT_BUSY' || code === 'CLIENT_UNREACHABLE' ? 'retry' : 'give-up')
    this.files = options.files ?? []
  }
}

/** Compares codes, not classes: two copies of this package may be installed. */
export function isClientError(error: unknown, code?: ClientErrorCode): error is ClientError {
  if (!(error instanceof Error) || error.name !== 'ClientError') return false
  return code === undefined || (error as ClientError).code === code
}

/** What a client makes of a native failure. */
export interface Diagnosis {
  readonly code: ClientErrorCode
  readonly advice?: Advice | undefined
  /** What was found, and what to do about it. Goes into the message: no secret. */
  readonly hint?: string | undefined
  /** The files that could not be deleted. */
  readonly files?: readonly FileKey[] | undefined
}

export type Diagnose = (error: unknown) => Diagnosis

/** A native failure as a `ClientError`. One that is a `ClientError` already stays as it is. */
export function toClientError(error: unknown, what: string, diagnose: Diagnose): ClientError {
  if (isClientError(error)) return error
  const { code, advice, hint, files } = diagnose(error)
  const detail = hint === undefined ? `cannot ${what}` : `cannot ${what}: ${hint}`
  return new ClientError(code, detail, { cause: error, advice, files })
}

/**
 * Makes one backend call and translates its failure. `what` reads like `read level 0 file …`. A fired signal always wins: the caller
 * gets `signal.reason` itself, whatever the backend made of it.
 */
export async function translating<Result>(
  what: string,
  diagnose: Diagnose,
  signal: AbortSignal | undefined,
  call: () => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted()
  try {
    return await call()
  } catch (error) {
    signal?.throwIfAborted()
    throw toClientError(error, what, diagnose)
  }
}

/** The same for a stream that the backend delivers: a body, a listing. Ends the stream when its reader stops early. */
export async function* translatingEach<Item>(
  what: string,
  diagnose: Diagnose,
  signal: AbortSignal | undefined,
  items: AsyncIterable<Item>,
): AsyncGenerator<Item, void, undefined> {
  const iterator = items[Symbol.asyncIterator]()
  let ended = false
  try {
    for (;;) {
      const step = await translating(what, diagnose, signal, () => iterator.next())
      if (step.done === true) {
        ended = true
        return
      }
      yield step.value
    }
  } finally {
    if (!ended) await iterator.return?.()
  }
}
