export interface LinkedSignal extends Disposable {
  readonly signal: AbortSignal
  /** Fires the signal; the first reason counts. */
  abort(reason: unknown): void
}

/**
 * A signal of one call: fires with the caller's, and can be fired alone. Leaves nothing on the caller's signal when disposed of; that
 * one may live as long as the process.
 */
export function linkedSignal(parent: AbortSignal | undefined): LinkedSignal {
  const controller = new AbortController()
  const onAbort = (): void => controller.abort(parent?.reason)
  if (parent?.aborted === true) onAbort()
  else parent?.addEventListener('abort', onAbort, { once: true })
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    [Symbol.dispose]: () => parent?.removeEventListener('abort', onAbort),
  }
}
