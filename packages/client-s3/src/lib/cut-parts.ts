export interface Part {
  /** Owned by whoever asked for it. */
  readonly bytes: Uint8Array
  /** Nothing comes after it. */
  readonly last: boolean
}

const FIRST_BYTES = 64 * 1024

/** Cuts a stream of chunks, borrowed and of any size, into parts of given sizes. Holds one part and nothing else. */
export class PartCutter {
  readonly #chunks: AsyncIterator<Uint8Array>
  /** Not used yet; borrowed, so no other chunk is asked for while it has bytes. */
  #rest: Uint8Array = new Uint8Array(0)
  #ended = false

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** Exactly `size` bytes; fewer, or none, at the end. Throws what the stream throws. */
  async next(size: number): Promise<Part> {
    let bytes = new Uint8Array(Math.min(size, FIRST_BYTES))
    let length = 0
    while (length < size && (await this.#hasMore())) {
      const taken = this.#rest.subarray(0, size - length)
      if (length + taken.length > bytes.length) {
        const grown = new Uint8Array(Math.min(size, Math.max(length + taken.length, bytes.length * 4)))
        grown.set(bytes.subarray(0, length))
        bytes = grown
      }
      bytes.set(taken, length)
      length += taken.length
      this.#rest = this.#rest.subarray(taken.length)
    }
    const last = !(await this.#hasMore())
    return { bytes: bytes.subarray(0, length), last }
  }

  async #hasMore(): Promise<boolean> {
    while (this.#rest.length === 0 && !this.#ended) {
      const step = await this.#chunks.next()
      if (step.done === true) this.#ended = true
      else this.#rest = step.value
    }
    return this.#rest.length > 0
  }
}
