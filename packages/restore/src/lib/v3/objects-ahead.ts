import type { LegacyObject } from '@ltx/client-core'

type ReadObject<Item extends LegacyObject> = (object: Item, signal: AbortSignal) => AsyncIterable<Uint8Array>

interface Fetched<Item> {
  readonly object: Item
  readonly chunks: Promise<readonly Uint8Array[]>
}

/** Larger objects are streamed when their turn comes: they are few, and a request is a small part of their cost. */
const SMALL_BYTES_MAX = 1024 * 1024

/**
 * Reads objects in the order in which they will be used, small ones several at a time ahead of their use: a replica of Litestream 0.3
 * may have tens of thousands, and a request each takes longer than its bytes. Holds at most `requestsMax` MiB.
 *
 * Dispose of it: that ends the requests under way.
 */
export class ObjectsAhead<Item extends LegacyObject> implements AsyncDisposable {
  readonly #read: ReadObject<Item>
  readonly #requestsMax: number
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal
  readonly #waiting: Item[]
  readonly #fetched: Fetched<Item>[] = []

  constructor(read: ReadObject<Item>, objects: readonly Item[], requestsMax: number, signal?: AbortSignal) {
    this.#read = read
    this.#requestsMax = requestsMax
    this.#waiting = objects.toReversed()
    this.#signal = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal])
  }

  /** The bytes of `object`, which must be the next one in order. Chunks are owned by the reader. */
  async *read(object: Item): AsyncGenerator<Uint8Array, void, undefined> {
    this.#fill()
    const first = this.#fetched.shift()
    if (first !== undefined) {
      this.#check(first.object, object)
      yield* await first.chunks
      return
    }
    this.#check(this.#waiting.pop(), object)
    yield* this.#read(object, this.#signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#waiting.length = 0
    this.#stop.abort(new Error('the restore has ended'))
    await Promise.allSettled(this.#fetched.map(({ chunks }) => chunks))
  }

  #fill(): void {
    while (this.#fetched.length < this.#requestsMax) {
      const object = this.#waiting.at(-1)
      if (object === undefined || object.size > SMALL_BYTES_MAX) return
      this.#waiting.pop()
      const chunks = this.#whole(object)
      chunks.catch(() => {}) // thrown when its turn comes
      this.#fetched.push({ object, chunks })
    }
  }

  async #whole(object: Item): Promise<readonly Uint8Array[]> {
    const chunks: Uint8Array[] = []
    for await (const chunk of this.#read(object, this.#signal)) chunks.push(chunk)
    return chunks
  }

  #check(next: Item | undefined, wanted: Item): void {
    if (next !== wanted) throw new Error(`invariant broken: ${wanted.path} is not the next object`)
  }
}
