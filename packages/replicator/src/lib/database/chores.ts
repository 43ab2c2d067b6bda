import type { CallOptions } from '@ltx/client-core'
import { SerialQueue } from './serial-queue.ts'

/**
 * What is done in the replica beside the uploads of a database, one thing at a time: compaction, snapshots, retention. It ends with the
 * session that knows what is stored: done later, it would change a replica of which the next session believes something else.
 */
export class Chores {
  readonly #queue = new SerialQueue()
  /** Made when there is something to end. */
  #over: AbortController | null = null
  #end: { readonly error: Error } | null = null

  /** @throws what {@link Chores.end} was told, or the reason of the caller's signal; whatever `act` throws */
  run<Result>(
    options: CallOptions,
    act: (options: CallOptions & { readonly signal: AbortSignal }) => Promise<Result>,
  ): Promise<Result> {
    if (this.#end !== null) return Promise.reject(this.#end.error)
    this.#over ??= new AbortController()
    const over = this.#over.signal
    const signal = options.signal === undefined ? over : AbortSignal.any([over, options.signal])
    return this.#queue.run(() => {
      signal.throwIfAborted()
      return act({ ...options, signal })
    })
  }

  /** Ends what is under way and whatever would follow. */
  end(error: Error): void {
    this.#end ??= { error }
    this.#over?.abort(error)
  }

  /** Resolves when nothing is under way any more. */
  settled(): Promise<void> {
    return this.#queue.run(() => {})
  }
}
