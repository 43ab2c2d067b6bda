import { ClientError, type CallOptions } from '@ltx/client-core'
import type { Clock } from '@ltx/env'

/**
 * A call to the storage that may take so long: after that it counts as unreachable, and is cut short.
 *
 * @param what Reads like `list the replica`.
 * @throws {ClientError} `CLIENT_UNREACHABLE` after `limitMs`; whatever `call` throws before
 */
export async function answerWithin<Result>(
  clock: Pick<Clock, 'sleep'>,
  limitMs: number,
  what: string,
  options: CallOptions,
  call: (options: { readonly signal: AbortSignal }) => Promise<Result>,
): Promise<Result> {
  const [over, done] = [new AbortController(), new AbortController()]
  const timeout = clock.sleep(limitMs, { signal: done.signal }).then(
    () => over.abort(noAnswer(what, limitMs)),
    () => {},
  )
  try {
    const signals = options.signal === undefined ? [over.signal] : [over.signal, options.signal]
    return await call({ signal: AbortSignal.any(signals) })
  } finally {
    done.abort(IN_TIME)
    await timeout
  }
}

/** Nobody sees it. One for all: the one that a signal makes for itself costs more than the timer. */
const IN_TIME = new Error('it has answered')

function noAnswer(what: string, limitMs: number): ClientError {
  return new ClientError('CLIENT_UNREACHABLE', `cannot ${what}: no answer within ${limitMs / 1000} s`)
}
