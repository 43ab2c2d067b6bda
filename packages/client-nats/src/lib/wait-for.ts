import { NatsTransferError } from './errors.ts'

/** Waits for something until the signal fires: that ends the waiting, not the thing. */
export async function waitFor<Result>(
  promise: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (signal === undefined) return await promise
  promise.catch(() => undefined) // it may fail when nobody waits any more
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/**
 * Waits for so long and no longer.
 *
 * @throws {NatsTransferError} after `timeoutMs`; `doing` says what it was
 */
export async function withinMs<Result>(
  promise: Promise<Result>,
  timeoutMs: number,
  doing: string,
): Promise<Result> {
  promise.catch(() => undefined)
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.reject(new NatsTransferError(`no progress for ${timeoutMs} ms while ${doing}`))
  }, timeoutMs)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
