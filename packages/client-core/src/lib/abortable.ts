/**
 * Passes items on until the signal fires, then throws `signal.reason` itself at once, even while the next item never comes. The
 * wrapped iterator is told to stop in every case; after an abort nobody waits for it, because it may hang.
 */
export async function* abortable<Item>(
  items: AsyncIterable<Item>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Item, void, undefined> {
  if (signal === undefined) {
    yield* items
    return
  }
  signal.throwIfAborted()
  const iterator = items[Symbol.asyncIterator]()
  let ended = false
  try {
    for (;;) {
      const step = await nextOrAbort(iterator, signal)
      if (step.done === true) {
        ended = true
        return
      }
      yield step.value
    }
  } finally {
    if (!ended) {
      const stopped = Promise.resolve(iterator.return?.())
      if (signal.aborted) stopped.catch(() => undefined)
      else await stopped
    }
  }
}

function nextOrAbort<Item>(
  iterator: AsyncIterator<Item>,
  signal: AbortSignal,
): Promise<IteratorResult<Item, unknown>> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    // A listener per item, taken away again: one long-lived promise raced against every chunk would hold them all.
    const onAbort = (): void => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    iterator.next().then(
      (step) => {
        signal.removeEventListener('abort', onAbort)
        resolve(step)
      },
      (error: unknown) => {
        signal.removeEventListener('abort', onAbort)
        reject(signal.aborted ? signal.reason : error)
      },
    )
  })
}
